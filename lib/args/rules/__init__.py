"""Rules that look at several settings at once: one noun a module, each rule a function from settings to problems."""

from lib.args.rules import acls, grants, names, networks, peerings, protection, provider, tags, tiers
from lib.args.validation import Rule

RULES: tuple[Rule, ...] = (
    names.suffix_is_well_formed,
    names.suffix_fits_environment,
    names.names_fit,
    names.names_differ,
    tags.tags_are_there,
    tags.tags_are_allowed,
    tags.tags_are_free,
    provider.provider_arguments_exist,
    protection.recovery_is_offered,
    protection.retention_is_offered,
    networks.blocks_are_given,
    networks.blocks_are_apart,
    networks.zones_are_of_the_region,
    networks.nat_has_a_public_tier,
    networks.adopted_networks_are_left_as_they_are,
    networks.one_is_primary,
    networks.endpoints_are_listed_once,
    tiers.tiers_have_their_blocks,
    tiers.tier_names_are_free,
    tiers.tiers_referred_to_exist,
    tiers.databases_have_two_zones,
    tiers.endpoints_have_a_tier,
    grants.grants_have_known_ends,
    grants.services_are_targets,
    grants.the_internet_stays_outside,
    grants.grants_differ,
    peerings.peers_exist,
    peerings.pairs_differ,
    peerings.peering_grants_have_known_ends,
)

# What these look at exists only where all other rules hold.
LAST_RULES: tuple[Rule, ...] = (acls.acls_have_room,)
