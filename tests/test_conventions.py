"""The habits that keep the code easy to hold in the head, enforced."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from cli import register

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(path for path in ROOT.glob("*.py"))
ROSTER = sorted(ROOT.glob("roster/*.py"))
TABLES = sorted(ROOT.glob("tables/*.py"))
VIEWS = sorted(ROOT.glob("views/*.py"))
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
OWN = {path.stem for path in MODULES}
KNOWS_FLASK = {"app", "access", "cli"}
LAYERS = [
    {"vi", "plan", "database", "prepared", "qr", "run", "settings", "assets", "feed"},
    {"indicators", "survey", "timetable"},
    {"models"},
    {"moves"},
    {"progress", "results", "roster", "exports", "needs", "quality", "diary"},
    {"demo"},
    {"access", "cli"},
    {"app"},
]


def imports(path):
    """The top-level names a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", [*MODULES, *ROSTER, *TABLES], ids=lambda path: path.name)
def test_root_modules_say_what_they_are_and_do_not_know_flask(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert path.stem in KNOWS_FLASK or not {name for name in imports(path) if name.startswith("flask")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_imports_go_one_way(path):
    layer = next(number for number, names in enumerate(LAYERS) if path.stem in names)
    later = set().union(*LAYERS[layer + 1 :])
    assert imports(path) & later == set()
    assert path.stem in KNOWS_FLASK or "views" not in imports(path)


def test_only_models_opens_the_folder_of_tables():
    """So that a table can move to another file without anybody noticing."""
    others = [path.name for path in [*MODULES, *ROSTER, *VIEWS] if path.stem != "models" and "tables" in imports(path)]
    assert others == []


def test_what_opens_strangers_files_knows_no_tables():
    """In `roster` six modules do, and the process that reads a file loads none of them."""
    know = {path.stem for path in ROSTER if imports(path) & {"models", "peewee", "database", "views"}}
    assert know == {"standing", "comparing", "saving", "undoing", "background", "official"}
    code = "import roster.__main__, sys; sys.exit(bool({'models', 'peewee', 'flask'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_root_module_hides_a_library_or_the_standard_library():
    packages = {name for names in importlib.metadata.packages_distributions() for name in [names]}
    assert OWN & (set(sys.stdlib_module_names) | packages) == set()


def test_there_are_no_drawers():
    drawers = {"utils", "util", "helpers", "common", "misc", "services", "base"}
    assert {path.stem for path in [*MODULES, *ROSTER, *TABLES, *VIEWS]} & drawers == set()


def test_a_view_asks_a_named_query():
    """A `.where(` in a view is a question with no name, except for the one row an address names."""
    allowed = re.compile(r"\.where\((\w+)\.(uid|code|number|state|kind)\b")
    questions = [
        f"{path.name}: {line.strip()}"
        for path in VIEWS
        for line in path.read_text(encoding="utf-8").splitlines()
        if ".where(" in line and not allowed.search(line)
    ]
    assert questions == []


def test_every_question_of_the_survey_has_a_column_in_the_export(use_plan, world):
    import exports

    columns = {column.question for column in exports.columns("residents", named=True, administers=True)}
    assert {question.key for question in use_plan.person_questions} - columns == set()


def test_templates_take_nothing_from_elsewhere_and_hold_no_code():
    for path in [*TEMPLATES, *ROOT.glob("static/*.css")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""(src|href)=["'](https?:)?//|url\(["']?https?:|@import""", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|hx-on|javascript:", text), path


def test_every_template_is_short_enough_to_see():
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in TEMPLATES}
    assert {name: lines for name, lines in long.items() if lines > 80} == {}


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.name)
def test_a_view_finds_does_and_answers_in_25_lines(path):
    functions = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)]
    assert {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno - f.lineno >= 25} == {}


@pytest.mark.parametrize("path", [*MODULES, *ROSTER, *TABLES], ids=lambda path: path.name)
def test_a_function_fits_a_screen_of_40_lines(path):
    functions = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)]
    assert {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno - f.lineno >= 40} == {}


def test_a_part_has_the_id_that_its_view_names():
    for path in ROOT.glob("templates/**/_*.html"):
        target = re.search(r'id="([\w-]+)"', path.read_text(encoding="utf-8"))[1]
        views = "".join(view.read_text(encoding="utf-8") for view in VIEWS)
        assert f'swaps("{target}")' in views, path


def test_htmx_is_kept_to_what_survives_an_upgrade():
    for path in TEMPLATES:
        used = set(re.findall(r"\b(hx-[\w:-]+)", path.read_text(encoding="utf-8")))
        assert used <= {"hx-get", "hx-target", "hx-swap", "hx-trigger"}, path


def test_nothing_prints_or_sleeps():
    for path in [*MODULES, *ROSTER, *TABLES, *VIEWS]:
        if path.stem != "run":
            code = path.read_text(encoding="utf-8")
            assert not re.search(r"^\s*(print|time\.sleep|breakpoint)\(", code, re.M), path


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = []

    class App:
        class cli:  # noqa: N801
            add_command = commands.append

    register(App)
    for command in commands:
        assert f"flask --app app {command.name}" in readme or f"`{command.name}`" in readme, command.name


def test_the_readme_says_what_stands_in_the_root():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {name.partition("/")[0] + "/" for name in listed if "/" in name and not name.startswith(".")}
    assert {name for name in {path.name for path in MODULES} | folders if f"`{name}" not in readme} == set()


def test_every_promise_of_security_names_a_test_that_is_there():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    promises = re.split(r"^- ", text, flags=re.M)[1:]
    assert [promise for promise in promises if "(`tests/" not in promise] == []
    assert [test for test in re.findall(r"`(tests/[^`]+)`", text) if not (ROOT / test).is_file()] == []


def test_the_readme_has_two_set_up_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first_screen = readme.split("\n## ")[0]
    assert re.findall(r"^make \w+$", first_screen, re.M) == ["make run", "make test"]
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def catalogue():
    with (ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def test_every_text_on_a_screen_has_english():
    """And the catalogue holds no other text. How to refresh it: its first lines."""
    from babel.messages.extract import extract_from_dir

    marks = dict.fromkeys(("_", "gettext", "lazy_gettext", "N_"))
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    options = {"templates/**.html": {"silent": "false"}}  # a template that does not parse is not passed over
    used = {message for _, _, message, _, _ in extract_from_dir(ROOT, methods, options, marks, directory_filter=keep)}
    translated = {message.id for message in catalogue() if message.id and message.string and not message.fuzzy}
    assert (used - translated, translated - used) == (set(), set())


def keep(folder):
    return Path(folder).name not in {"tests", ".venv", "bench", "instance", "migrations", "static", ".git"}


def test_the_compiled_catalogue_is_the_written_one():
    from babel.messages.mofile import read_mo

    with (ROOT / "translations/en/LC_MESSAGES/messages.mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {message.id: message.string for message in catalogue() if message.id}


def test_translations_keep_the_placeholders():
    for message in catalogue():
        if message.id:
            both = [sorted(re.findall(r"%(?:\(\w+\)s|.?)", text)) for text in (message.id, message.string)]
            assert both[0] == both[1], message.id
            assert [sign for sign in both[0] if not re.fullmatch(r"%\(\w+\)s|%%", sign)] == [], message.id


def test_the_version_is_the_top_of_the_changelog(as_):
    top = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1]
    assert f"Gõ Cửa {top}" in as_(None).get("/").text
