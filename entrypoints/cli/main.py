"""The command `payproof`. A subcommand's modules load only when it runs, so that it starts fast."""

import sys
from importlib import import_module

import click

from domain.errors import InvalidValue
from entrypoints.cli.exits import Exit
from entrypoints.cli.failures import explain_failure
from entrypoints.settings import SettingsError
from ports.errors import PortError

_COMMANDS = {
    "approve": "let a refund go on that waits for it, or list those",
    "audit": "whether the recorded history is as it was written",
    "demo": "buy through the sandbox and show what happened",
    "doctor": "check settings, database and gateway credentials",
    "events": "send events to the shop again",
    "explain": "why an order stands as it does",
    "reconcile": "compare the gateway's record with ours, both ways",
    "refund": "give money back",
    "migrate": "carry everything from one database to another",
    "sandbox": "a stand-in for a gateway on this machine",
    "serve": "the service, with its worker inside",
    "tasks": "what is to be done, and what was given up",
    "verify": "verify one payment",
    "worker": "the worker alone",
}


class _LazyGroup(click.Group):
    """Knows every command's name, and loads its module when it is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command = getattr(import_module(f"entrypoints.cli.{name}"), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="payproof")
def cli() -> None:
    """Proves every payment of a shop: by asking the gateway itself, and recording it once."""


def main() -> None:
    """Runs a command and ends with one of the fixed exit codes."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command line; what is wrong is one line on standard error."""
    try:
        result = cli.main(args=arguments, prog_name="payproof", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except (SettingsError, InvalidValue) as error:
        click.echo(f"payproof: {error}", err=True)
        return Exit.USAGE
    except PortError as error:
        ending, sentence = explain_failure(error)
        click.echo(f"payproof: {sentence}", err=True)
        return ending
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    return result if isinstance(result, int) else Exit.DONE
