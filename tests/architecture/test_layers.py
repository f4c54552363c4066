import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT, SETTINGS

SOURCES = sorted((ROOT / "swagat").rglob("*.py"))
LONGEST_FILE = 300
# What people tell us in confidence: none of it may reach a log line, not even in part.
PERSONAL = frozenset(
    {"name", "mobile", "address", "text", "relief_sought", "password", "code", "token", "body", "login", "complainant"}
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_contracts_between_layers_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "swagat" / "domain").rglob("*.py")), ids=name_of)
def test_the_rules_import_only_the_standard_library_and_themselves(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names or name.startswith("swagat.domain"), name


def test_importing_the_workflow_loads_no_framework() -> None:
    script = (
        "import sys, swagat.domain.workflow; "
        "print([m for m in ('flask', 'sqlalchemy', 'werkzeug', 'jinja2', 'babel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_starting_the_app_does_not_import_twilio(tmp_path: Path) -> None:
    script = (
        "import sys; from config import Config; from swagat import create_app; "
        f"create_app(Config(swagat_env='test', secret_key='x' * 40, database_url='sqlite:///{tmp_path}/empty.db')); "
        "print('twilio' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_file_is_longer_than_a_reader_holds_in_mind(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_file_says_in_its_first_sentence_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(text)) or ""
    assert said or not text
    assert not text or said.splitlines()[0].endswith((".", ";", ":", ","))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_left_for_later(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b", text) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_log_line_holds_what_people_tell_in_confidence(path: Path) -> None:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        owner = call.func.value
        if isinstance(owner, ast.Name) and owner.id in ("log", "logger", "logging"):
            logged = {name for argument in call.args for name in names_in(argument)}
            assert not logged & PERSONAL, f"line {call.lineno}: {logged & PERSONAL}"


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names a log argument shows; a keyed hash shows nothing, and a job's name is nobody's."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "keyed":
        return
    if isinstance(node, ast.Attribute):
        if ast.unparse(node) != "job.name":
            yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from names_in(child)


def test_services_and_rules_never_ask_what_time_it_is() -> None:
    for path in SOURCES:
        if path.parts[-2] not in ("domain", "services", "models", "sms"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in ("now", "utcnow", "today"), f"{name_of(path)} line {node.lineno}"


def test_every_setting_is_in_the_readmes_table_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = {
        cells[1].strip().strip("`"): [cell.strip() for cell in cells[2:-1]]
        for line in readme.splitlines()
        if len(cells := line.split("|")) == 5 and cells[1].strip().startswith("`")
    }
    assert {setting.name for setting in SETTINGS} <= set(rows)
    for setting in SETTINGS:
        assert rows[setting.name] == [f"`{shown(setting.default)}`", setting.effect]


def shown(default: object) -> str:
    """Return a default as the README writes it."""
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    return str(default).replace(f"{ROOT}/", "") or " "
