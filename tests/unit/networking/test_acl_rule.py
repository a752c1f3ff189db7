from lib.networking.acl_rule import AclRule, allow_port, allow_return, numbered, with_denials

WEB = AclRule(False, "allow", "tcp", 443, 443, "0.0.0.0/0")
RETURN = AclRule(False, "allow", "tcp", 1024, 65535, "0.0.0.0/0")
INNER_RETURN = AclRule(False, "allow", "tcp", 1024, 65535, "10.0.0.0/16")
BASTION = AclRule(False, "allow", "tcp", 3389, 3389, "198.51.100.0/24")


def test_a_connection_needs_an_entry_for_the_port_and_one_for_its_answers() -> None:
    assert allow_port("tcp", 443, "10.1.2.0/24", egress=True) == AclRule(True, "allow", "tcp", 443, 443, "10.1.2.0/24")
    assert allow_return("udp", "10.1.2.0/24", egress=False) == AclRule(
        False, "allow", "udp", 1024, 65535, "10.1.2.0/24"
    )


def test_a_return_range_open_to_the_world_is_preceded_by_denials_of_22_and_3389() -> None:
    rules = with_denials([WEB, RETURN])
    assert [(rule.action, rule.from_port) for rule in rules[:2]] == [("deny", 22), ("deny", 3389)]
    numbers = numbered(rules)
    assert max(numbers[rule] for rule in rules[:2]) < min(numbers[rule] for rule in rules[2:])


def test_no_denials_stand_where_nothing_is_open_to_the_world() -> None:
    assert with_denials([INNER_RETURN, WEB]) == (INNER_RETURN, WEB)


def test_administrators_pass_before_everybody_else_is_denied() -> None:
    numbers = numbered(with_denials([RETURN, BASTION]))
    denial = next(rule for rule in numbers if rule.action == "deny" and rule.from_port == 3389)
    assert numbers[BASTION] < numbers[denial] < numbers[RETURN]


def test_a_rule_keeps_its_number_when_others_join_it() -> None:
    before = numbered([WEB, INNER_RETURN])
    after = numbered(
        [AclRule(False, "allow", "tcp", port, port, "10.0.0.0/16") for port in range(80, 90)] + list(before)
    )
    assert all(after[rule] == number for rule, number in before.items())


def test_numbers_of_one_direction_never_meet() -> None:
    rules = [AclRule(False, "allow", "tcp", 22, 22, f"198.51.{third}.0/24") for third in range(80)]
    numbers = numbered(rules)
    assert len(set(numbers.values())) == len(rules)
    assert min(numbers.values()) >= 10


def test_numbers_stay_within_what_an_acl_takes() -> None:
    numbers = numbered([AclRule(True, "allow", "tcp", port, port, "0.0.0.0/0") for port in range(1, 500)])
    assert max(numbers.values()) <= 32766
