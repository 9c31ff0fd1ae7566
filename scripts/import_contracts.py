"""A contract type for import-linter: a package may import itself, the standard library and a list of others."""

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyImportsContract(Contract):
    """Every import that leaves ``package`` leads to the standard library or to one of ``allowed``.

    A list of what is forbidden would have to know every package in the world; this one needs no upkeep.
    """

    type_name = "only_imports"

    package = fields.StringField()
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        package: Any = self.package
        allowed: Any = self.allowed
        permitted = sys.stdlib_module_names | set(allowed) | {package}
        found = sorted(
            (importer, imported)
            for importer in {package, *graph.find_descendants(package)}
            for imported in graph.find_modules_directly_imported_by(importer)
            if imported.partition(".")[0] not in permitted
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} is not allowed to import {imported}", bold=True)
