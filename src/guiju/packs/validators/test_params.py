"""An evidence test is given the parameters that it takes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from guiju.lib.errors import Fault
from guiju.packs import explain, schema, testnames
from guiju.packs.folder import House, PackFolder, jsonable


def broken(folder: PackFolder, house: House) -> Iterator[Fault]:
    """They are stored as JSON, so dates are checked as the text they become."""
    for item in folder.items:
        for at, ref in schema.each_test(item.value):
            known = testnames.get(ref.test)
            if known is None:
                continue
            place = (*item.place, *at, "params")
            try:
                known.params_model.model_validate(jsonable(ref.params))
            except ValidationError as error:
                yield from explain.faults(error, model=known.params_model, document=item.document, at=place)
