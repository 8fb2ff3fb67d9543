"""The MkDocs plugin `almanac`: the pipeline of the hook file, for sites that have this project as a package."""

import importlib.util
from importlib import import_module
from types import ModuleType
from typing import Any

from mkdocs.plugins import BasePlugin

from almanac_kb.content import settings
from almanac_kb.content.settings import SettingsError

PIPELINES = ("almanac_kb.mkdocs.pipeline", "pipeline")
"""The module of the pipeline in the wheel, and in a clone, where it is the hook file above the package."""


class AlmanacPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # its options are checked by ourselves
    """Delegates each event of MkDocs to the pipeline; its options are the settings under `extra.knowledge`."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        for name, handler in vars(_pipeline()).items():
            if name.startswith("on_"):
                setattr(self, name, handler)  # on the instance: MkDocs would call a function of the class with the instance

    def load_config(self, options: dict[str, Any], config_file_path: str | None = None) -> Any:
        """Takes the options as they are; returns a message for the first that is no setting or has no valid value."""
        self.options = dict(options)
        try:
            settings.read_settings(options)
        except SettingsError as error:
            return [("almanac", SettingsError(str(error).replace("extra.knowledge", "plugins.almanac", 1)))], []
        return [], []


def _pipeline() -> ModuleType:
    return import_module(next(name for name in PIPELINES if importlib.util.find_spec(name)))
