"""The habits that keep the code easy to hold in the head, enforced."""

import ast
import graphlib
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from cli import register

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("tables", "roster", "classes", "office", "report", "demo", "views")
MODULES = sorted(ROOT.glob("*.py"))
ROSTER, VIEWS = sorted(ROOT.glob("roster/*.py")), sorted(ROOT.glob("views/*.py"))
OWN = [*MODULES, *(path for folder in FOLDERS for path in sorted(ROOT.glob(f"{folder}/*.py")))]
BELOW_VIEWS = [path for path in OWN if path not in VIEWS]
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
# What stands above the nouns, from below. The rest follows: plain modules know no table; `models` stands on `tables`,
# and the nouns on `models`.
ABOVE = [{"demo"}, {"answers", "phone", "access", "cli"}, {"views"}, {"app"}]
PLAIN, TABLE, MODELS, NOUN, FIRST_ABOVE = range(5)
KNOW_FLASK = set().union(*ABOVE) - {"demo"}


def module_of(path):
    """`tables/areas.py` is tables.areas; a folder's `__init__.py` has the folder's name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path, within=(ast.AST,)):
    """The modules that a file imports, `folder.module` where that is meant; also those inside its functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, within):
            for each in ast.walk(node):
                if isinstance(each, ast.Import):
                    names |= {alias.name for alias in each.names}
                elif isinstance(each, ast.ImportFrom):
                    longer = {f"{each.module}.{alias.name}" for alias in each.names}
                    names |= {name for name in longer if name in NAMES} or {each.module}
    return names


def tops(names):
    """The first parts of modules' names: `flask` of flask.cli."""
    return {name.partition(".")[0] for name in names}


NAMES = {module_of(path) for path in OWN}
GRAPH = {module_of(path): imports(path) & NAMES for path in OWN}


def reaches(module, goal):
    """Whether a module imports another, or imports one that does."""
    seen, to_see = set(), [module]
    while to_see:
        seen.add(each := to_see.pop())
        to_see += GRAPH[each] - seen
    return goal in seen - {module}


def storey(module):
    """How high a module stands; it may import what stands as high or lower."""
    top = module.partition(".")[0]
    for number, names in enumerate(ABOVE, FIRST_ABOVE):
        if top in names:
            return number
    return {"tables": TABLE, "models": MODELS}.get(top) or (NOUN if reaches(module, "models") else PLAIN)


@pytest.mark.parametrize("path", BELOW_VIEWS, ids=module_of)
def test_modules_say_what_they_are_and_do_not_know_flask(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert module_of(path) in KNOW_FLASK or not {name for name in tops(imports(path)) if name.startswith("flask")}


def test_imports_go_in_no_circle():
    graphlib.TopologicalSorter(GRAPH).prepare()  # raises CycleError, which names the circle


def test_nothing_is_imported_upward():
    pairs = [(lower, upper) for lower, names in GRAPH.items() for upper in names]
    assert [f"{lower} imports {upper}" for lower, upper in pairs if storey(lower) < storey(upper)] == []


def test_an_import_inside_a_function_is_of_what_another_system_does_not_have():
    """None delays an own module to dodge a circle, none hides a library."""
    inside = {module_of(path): imports(path, (ast.FunctionDef, ast.Lambda)) for path in OWN}
    assert set().union(*inside.values()) == {"fcntl", "msvcrt", "resource"}
    by_name = re.compile(r"^def __getattr__|import_module\(|__import__\(", re.M)
    assert [module_of(path) for path in BELOW_VIEWS if by_name.search(path.read_text(encoding="utf-8"))] == ["app"]


def test_only_models_opens_the_folder_of_tables():
    """So that a table can move to another file without anybody noticing."""
    others = {module for module, names in GRAPH.items() if "tables" in tops(names)}
    assert {module for module in others if not module.startswith("tables.")} == {"models"}


def test_what_opens_strangers_files_knows_no_tables():
    """In `roster` six modules do, and the process that reads a file loads none of them."""
    know = {path.stem for path in ROSTER if tops(imports(path)) & {"models", "peewee", "database", "views"}}
    assert know == {"standing", "comparing", "saving", "undoing", "background", "official"}
    code = "import roster.__main__, sys; sys.exit(bool({'models', 'peewee', 'flask'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_root_module_hides_a_library_or_the_standard_library():
    packages = {name for names in importlib.metadata.packages_distributions() for name in [names]}
    assert tops(NAMES) & (set(sys.stdlib_module_names) | packages) == set()


def test_there_are_no_drawers():
    drawers = {"utils", "util", "helpers", "common", "misc", "services", "base"}
    assert {path.stem for path in OWN} & drawers == set()


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


@pytest.mark.parametrize("kind", ["py", "html", "js", "css"])
def test_lines_have_at_most_120_columns(kind):
    wide = [
        f"{name}:{number}"
        for name in tracked(f"*.{kind}")
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if len(line.partition("  # noqa")[0]) > 120
    ]
    assert wide == []


def tracked(pattern):
    """The project's files of such a name, but for what others wrote."""
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if ".min." not in name and (ROOT / name).is_file()]


@pytest.mark.parametrize("path", VIEWS, ids=module_of)
def test_a_view_finds_does_and_answers_in_25_lines(path):
    functions = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)]
    assert {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno - f.lineno >= 25} == {}


@pytest.mark.parametrize("path", BELOW_VIEWS, ids=module_of)
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
    for path in OWN:
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


def test_dates_are_typed_in_one_kind_of_field():
    """`day` of forms.html: browsers show their own date fields in the phone's language, each in another order."""
    own = re.compile(r"""type=["']?(date|datetime|datetime-local|month|week)\b""")
    assert [path.name for path in (ROOT / "templates").rglob("*.html") if own.search(path.read_text("utf-8"))] == []


def catalogue():
    with (ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def test_every_text_on_a_screen_has_english():
    """And the catalogue holds no other text. How to refresh it: its first lines."""
    from babel.messages.extract import extract_from_dir

    marks = dict.fromkeys(("_", "gettext", "lazy_gettext", "N_"))
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    options = {"templates/**.html": {"silent": "false", "newstyle_gettext": "true"}}  # as in pyproject.toml
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
