"""Commands: each a few lines around the modules."""

import os
from pathlib import Path

import click
import waitress
from flask import current_app
from flask.cli import with_appcontext

import database
import demo
import passwords
import plan
import terms
import vi
import years
from models import Area, Household, Roster, Setting, Unit, User
from settings import LOOPBACK


def register(app):
    """Give the app its commands; `flask --app app --help` lists them."""
    for command in (migrate, fill_demo, serve, rebuild, user, backup):
        app.cli.add_command(command)


@click.command()
def migrate():
    """Bring the database up to date, and the tallies when the plan's file or what counts has changed."""
    for name in database.migrate():
        click.echo(f"applied {name}")
    with database.db.connection_context():
        counted, has_new_days = years.follow()
        if counted:
            click.echo(f"recounted {counted} households")
        if has_new_days:
            click.echo("worked out the tallies of earlier days")
        Roster.forget()


@click.command("demo")
def fill_demo():
    """Fill an empty database with a believable commune to try things on."""
    with database.db.connection_context():
        if Setting.read("demo") != "yes":
            demo.fill()


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on; a proxy with HTTPS stands in front.")
@click.option("--port", default=lambda: int(os.environ.get("PORT", 8000)), type=int)
@with_appcontext
def serve(host, port):
    """Serve the app. Demo mode only on this machine, and only on a database that it filled itself."""
    app = current_app._get_current_object()
    if app.config["DEMO"]:
        refuse_unsafe_demo(host)
    behind_proxy = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=8,
        max_request_body_size=4 * app.config["MAX_CONTENT_LENGTH"],  # so that the app says in words what is too big
        clear_untrusted_proxy_headers=True,
        ident=None,
        **(behind_proxy if app.config["SESSION_COOKIE_SECURE"] else {}),
    )


def refuse_unsafe_demo(host):
    if host not in LOOPBACK:
        raise click.ClickException("DEMO=1 signs anybody in and runs only on 127.0.0.1")
    with database.db.connection_context():
        if Setting.read("demo") != "yes":
            raise click.ClickException("DEMO=1 runs only on a database that `flask demo` filled itself")


@click.command()
def rebuild():
    """Recompute every tally from scratch, to check or repair them."""
    with database.db.connection_context():
        click.echo(f"recounted {Household.rebuild_tallies()} households")


@click.command()
@click.argument("username")
@click.option("--name", prompt=True)
@click.option("--role", type=click.Choice([role for role in terms.SIGNED_IN if role != "unit"]), default="admin")
@click.option("--commune", prompt="Commune, such as Xã Hòa Lạc", help="Made when there is none yet.")
@click.password_option()
def user(username, name, role, commune, password):
    """Add an account of a commune; the first administrator is made this way."""
    if passwords.refused(password, username, role):
        least = passwords.SHORTEST_IN_OFFICE if role in terms.OFFICE else passwords.SHORTEST
        raise click.ClickException(f"the password needs at least {least} characters that are not easy to guess")
    with database.db.connection_context(), database.db.atomic():
        area = Area.commune() or Area.add("commune", commune)
        if vi.fold(area.name) != vi.fold(commune):
            raise click.ClickException(f"the commune here is {area.name}")
        if User.named(username):
            raise click.ClickException(f"there is an account {username!r} already")
        Unit.follow(plan.active, area)
        User.add(username, name, role, area, password)
    click.echo(f"{role} {username} may sign in")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def backup(path):
    """Write a consistent copy of the SQLite database to PATH while others work."""
    with database.db.connection_context():
        try:
            database.backup(path)
        except (RuntimeError, FileExistsError) as error:
            raise click.ClickException(str(error)) from None
