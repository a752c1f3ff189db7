"""Recipes of ACM's certificates."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _validation_options(creation: Creation) -> None:
    """The records that ask for a certificate's validation, which only describing it tells."""
    found = creation.call("describe_certificate", CertificateArn=creation.id)["Certificate"]
    creation.state["domainValidationOptions"] = [
        {
            "domainName": option["DomainName"],
            "resourceRecordName": option["ResourceRecord"]["Name"],
            "resourceRecordType": option["ResourceRecord"]["Type"],
            "resourceRecordValue": option["ResourceRecord"]["Value"],
        }
        for option in found["DomainValidationOptions"]
    ]


def _validated(creation: Creation) -> None:
    """Nothing is called: the provider waits for the certificate, and here nobody looks its records up."""
    creation.state["certificateArn"] = creation.id = creation.take("certificateArn")
    creation.state["validationRecordFqdns"] = creation.take("validationRecordFqdns", [])


RECIPES = {
    "aws:acm/certificate:Certificate": Recipe(
        "acm.request_certificate",
        id="CertificateArn",
        outputs={"arn": "CertificateArn"},
        finish=_validation_options,
    ),
    "aws:acm/certificateValidation:CertificateValidation": Recipe(finish=_validated),
}
