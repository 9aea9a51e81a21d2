"""Device models by name and by what they advertise."""

import pytest

from devices.catalog import GENERIC, MODELS, DeviceKind, find_model, recognise


def test_each_name_is_one_model_in_any_case() -> None:
    assert len({model.name.casefold() for model in MODELS}) == len(MODELS)
    for model in MODELS:
        assert find_model(f" {model.name.upper()} ") is model


def test_every_kind_has_a_model_that_simply_follows_its_service() -> None:
    assert set(GENERIC) == set(DeviceKind)
    assert all(kind is model.kind for kind, model in GENERIC.items())


@pytest.mark.parametrize(
    ("name", "services", "model"),
    [
        ("Polar H10 12345678", {"180D"}, "Polar H10"),
        ("polar h10 1", set[str](), "Polar H10"),
        ("BM85", {"1810"}, "Beurer BM85"),
        ("A&D_UA-651BLE_1234", {"1810"}, "A&D UA-651BLE"),
        ("PC-60F_SN001122", set[str](), "Viatom PC-60FW"),
        ("BerryMed", {"49535343-fe7d-4ae5-8fa9-9fafd205e455"}, "BerryMed"),
        ("Nonin3230_501234567", set[str](), "Nonin 3230"),
        ("O2Ring 1234", set[str](), "Viatom O2Ring"),
        ("S8-AW 2100", set[str](), "Viatom O2Ring S"),
        ("SpO2081234", set[str](), "Contec CMS50D-BT"),
        ("Oximeter", {"1822"}, "Pulse Oximeter"),
        ("Acme", {"180a", "1822"}, "Pulse Oximeter"),
        (None, {"1810"}, "Blood Pressure cuff"),
    ],
)
def test_an_advertisement_tells_the_model_by_name_first_then_by_service(
    name: str | None, services: set[str], model: str
) -> None:
    found = recognise(name, frozenset(services))
    assert found is not None
    assert found.name == model


def test_a_lamp_is_no_model() -> None:
    assert recognise("Lamp", frozenset({"FE9F"})) is None
