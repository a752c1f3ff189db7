"""Ends: what can be asked about, by the names that a question uses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tap.reach.addresses import EVERYWHERE, INTERNET, Addresses, without
from tap.reach.estate import Endpoint, Estate, ReachError, Subnet, Vpc
from tap.reach.tables import ANY, EVERY_PORT, Group, GroupRule

INTERNET_NAME = "internet"


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """Something in a subnet that wears security groups; `public`: it has a public address."""

    subnet: Subnet
    groups: tuple[Group, ...]
    public: bool


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """One end of a question.

    `places` are the sets of members that it may be: all members of one of them are meant at once. There is one set, but
    for a group that nothing wears yet and that would do in several tiers. The internet and a gateway endpoint have no
    set; one without members is what nothing is left of.
    """

    name: str
    places: tuple[tuple[Member, ...], ...] = ()
    gateway: Endpoint | None = None

    @property
    def addresses(self) -> Addresses:
        """Of an end without members: any address of the internet, since a gateway endpoint's are the service's."""
        return INTERNET


def end(estate: Estate, name: str, network: str = "") -> End:
    """The end of a name.

    Args:
        estate: the networks.
        name: `internet`, a subnet's id, or `<network>.` and a tier, `<tier>.<zone>`, a security group or a service that
            has an endpoint there; a service alone is that of `network`.
        network: name of a network, "" for none.

    Raises:
        ReachError: there is nothing of that name; the message lists what there is.
    """
    if name == INTERNET_NAME:
        return End(name)
    if name in estate.subnets:
        return _standing(estate, name, [estate.subnets[name]])
    owner = next((vpc for vpc in estate.vpcs.values() if name.startswith(f"{vpc.network}.")), None)
    if adopted := next((each for each in estate.adopted if name == each or name.startswith(f"{each}.")), None):
        raise ReachError(
            f"{name}: network {adopted} is adopted, so its routes and ACLs are not in the Plan. "
            f"What can be asked: {_known(estate)}."
        )
    vpc, inner = (owner, name[len(owner.network) + 1 :]) if owner else (estate.vpc_of(network), name)
    found = _inside(estate, vpc, name, inner) if vpc else None
    if found is None:
        raise ReachError(f"{name}: is not in this Plan. There are: {_known(estate)}.")
    return found


def _inside(estate: Estate, vpc: Vpc, name: str, inner: str) -> End | None:
    tiers = tiers_of(estate, vpc)
    if inner in tiers:
        return _standing(estate, name, tiers[inner])
    for tier, subnets in tiers.items():
        if zoned := [subnet for subnet in subnets if f"{tier}.{subnet.zone}" == inner]:
            return _standing(estate, name, zoned)
    if group := _groups_of(estate, vpc).get(inner):
        return End(name, tuple(_wearing(estate, group, tiers.values())) or ((),))
    for endpoint in estate.endpoints.values():
        if endpoint.vpc is vpc and endpoint.service == inner:
            return _endpoint(estate, name, endpoint)
    return None


def names(estate: Estate) -> tuple[list[str], list[str]]:
    """Every end that connections may be opened from, and every one that they may be opened to, sorted."""
    both, targets = {INTERNET_NAME}, set[str]()
    for vpc in estate.vpcs.values():
        groups = _groups_of(estate, vpc)
        both.update(f"{vpc.network}.{inner}" for inner in (*tiers_of(estate, vpc), *groups))
        own = [each for each in estate.endpoints.values() if each.vpc is vpc]
        # Interface endpoints are asked about as wearers of their groups.
        targets.update(f"{vpc.network}.{each.service}" for each in own if not each.groups)
    return sorted(both), sorted(both | targets)


def tiers_of(estate: Estate, vpc: Vpc) -> dict[str, list[Subnet]]:
    """The subnets of a network by tier."""
    tiers: dict[str, list[Subnet]] = {}
    for subnet in estate.subnets_of(vpc):
        tiers.setdefault(subnet.tier, []).append(subnet)
    return tiers


def _known(estate: Estate) -> str:
    services = {f"{each.vpc.network}.{each.service}" for each in estate.endpoints.values()}
    return ", ".join(sorted({*names(estate)[1], *services}))


def _groups_of(estate: Estate, vpc: Vpc) -> dict[str, Group]:
    """The security groups of a network by name, without the default one, which nothing is to wear."""
    default = estate.default_groups.get(vpc.id)
    own = [group for group in estate.groups.values() if group.vpc == vpc.id and group is not default]
    return {group.name.removeprefix(f"{vpc.network}-"): group for group in own}


def _standing(estate: Estate, name: str, subnets: Iterable[Subnet]) -> End:
    """Members of a tier wear its own group; without one, as anything without a group does, the VPC's default group."""
    standing = list(subnets)
    vpc, tier = standing[0].vpc, standing[0].tier
    group = _groups_of(estate, vpc).get(tier) or _default_group(estate, vpc)
    return End(name, (tuple(Member(each, (group,), each.public) for each in standing),))


def _default_group(estate: Estate, vpc: Vpc) -> Group:
    """The VPC's default group; one that the Plan leaves alone lets its wearers talk, and everything out."""
    if found := estate.default_groups.get(vpc.id):
        return found
    id_ = f"{vpc.id}/default"
    among = GroupRule(ANY, EVERY_PORT, group=id_)
    return Group(id_, f"{vpc.network}-default", vpc.id, (among,), (GroupRule(ANY, EVERY_PORT, EVERYWHERE),))


def _wearing(estate: Estate, group: Group, tiers: Iterable[Iterable[Subnet]]) -> Iterator[tuple[Member, ...]]:
    """Where the group's members are; what nothing wears yet belongs where the ACLs let all of its rules work."""
    wearers = [each for each in estate.worn if group.id in each.groups]
    if not wearers:
        places = [tuple(Member(subnet, (group,), subnet.public) for subnet in subnets) for subnets in tiers]
        yield from [place for place in places if all(_fits(each) for each in place)] or places
        return
    found = {
        (id_, estate.subnets[id_].public if each.public is None else each.public)
        for each in wearers
        for id_ in each.subnets
    }
    yield tuple(Member(estate.subnets[id_], (group,), public) for id_, public in sorted(found))


def _fits(member: Member) -> bool:
    """Whether the ACL around a member lets through what the rules of its group do; its entries for answers aside."""
    subnet, (group,) = member.subnet, member.groups
    acl = subnet.acl.without_answers()
    for egress, rules in ((False, group.ingress), (True, group.egress)):
        for rule in rules:
            if rule.protocol != ANY:
                # A rule that names a group works if the ACL opens the port to any of the network.
                peers = rule.addresses or (INTERNET if rule.prefix_list else subnet.vpc.addresses)
                passed = acl.passing(egress, rule.protocol, rule.ports[0], peers)
                if not passed or (rule.addresses and without(peers, passed)):
                    return False
    return True


def _endpoint(estate: Estate, name: str, endpoint: Endpoint) -> End:
    if endpoint.prefix_list:
        return End(name, gateway=endpoint)
    groups = tuple(estate.groups[each] for each in endpoint.groups) or (_default_group(estate, endpoint.vpc),)
    inside = [estate.subnets[each] for each in endpoint.subnets if each in estate.subnets]
    return End(name, (tuple(Member(subnet, groups, public=False) for subnet in inside),))
