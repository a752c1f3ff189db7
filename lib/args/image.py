"""What the name of a container image says: registry, repository, tag and digest. Pure."""

import re
from dataclasses import dataclass

_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
# https://pkg.go.dev/github.com/distribution/reference: a first part with a dot, a port, or localhost is the registry.
_NAME = re.compile(
    rf"(?:(?P<registry>localhost(?::\d+)?|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|[A-Za-z0-9-]+:\d+)/)?"
    rf"(?P<repository>{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?",
    re.ASCII,
)
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html and .../ecr-requests.html (FIPS, dual stack)
_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\."
    r"(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class EcrRepository:
    """A private repository of ECR: account, region and name."""

    account_id: str
    region: str
    name: str


@dataclass(frozen=True, slots=True)
class Image:
    """A container image as a task definition names it."""

    registry: str
    repository: str
    tag: str | None
    digest: str | None

    @classmethod
    def of(cls, text: str) -> "Image | None":
        """The image of that name; None where it is none."""
        found = _NAME.fullmatch(text)
        if found is None:
            return None
        return cls(found["registry"] or "", found["repository"], found["tag"], found["digest"])

    @property
    def moves(self) -> bool:
        """Whether the same name may mean another image tomorrow: `latest`, which no tag means too, without a digest."""
        return self.digest is None and self.tag in (None, "latest")

    @property
    def ecr_repository(self) -> EcrRepository | None:
        """The private repository of ECR that it is in; None where it is elsewhere."""
        found = _ECR.fullmatch(self.registry)
        return EcrRepository(found["account"], found["region"], self.repository) if found else None
