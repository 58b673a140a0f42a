"""The store."""


def test_smoke(store):
    e = store.append(
        "incident",
        None,
        {"known_at": "2026-07-02T10:15:00+09:00"},
        author="S1",
        person={"name": "Kari"},
    )
    assert e.key.startswith("I-2026-0")
    e2 = store.append("note", "N", {"a": 1}, author="S1")
    assert store.entries() == (e, e2)
    assert store.person(e.person) == {"name": "Kari"}
    assert store.verify().verdict == "safe"
    store.erase(e.person, author="x", reason="over")
    v = store.verify()
    assert v.verdict == "safe"
