"""docs/devices.md is what the catalogue says, and every model has a virtual device."""

from pathlib import Path

import pytest

from devices.catalog import MODELS, DeviceModel
from tests.device_table import page, virtual_device

PAGE = Path(__file__).parents[2] / "docs" / "devices.md"


def test_the_page_is_what_the_catalogue_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew: python -m tests.device_table > docs/devices.md"
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_model_has_a_virtual_device(model: DeviceModel) -> None:
    assert virtual_device(model)
