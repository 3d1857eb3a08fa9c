"""The commands of content credentials, and the options by which other commands sign what they write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit.credentials import identity as identities
from brandkit.errors import BrandkitError
from brandkit.terminal import Exit, printing

if TYPE_CHECKING:
    from brandkit.credentials.found import Credentials
    from brandkit.credentials.identity import Identity

app = typer.Typer(help="Content credentials (C2PA): certificates to try them with.", no_args_is_help=True)

SignWith = Annotated[
    Path | None,
    typer.Option(
        "--sign",
        metavar="CERT.pem",
        envvar=identities.CERTIFICATE,
        help="Put content credentials (C2PA) into what is written, signed by this certificate (those above "
        "it behind it).",
        show_default=False,
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="KEY.pem",
        envvar=identities.KEY,
        help="Private key of that certificate; if it is encrypted, its passphrase is in "
        "$BRANDKIT_SIGN_PASSPHRASE.",
        show_default=False,
    ),
]
TimeAuthority = Annotated[
    str | None,
    typer.Option(
        "--time-authority",
        metavar="URL",
        envvar=identities.TIME_AUTHORITY,
        help="Authority (RFC 3161) that proves when it was signed; without, credentials hold no longer than "
        "the certificate.",
        show_default=False,
    ),
]


def identity(certificate: Path | None, key: Path | None, time_authority: str | None) -> Identity | None:
    """Who signs, when that was asked for.

    Raises:
        CredentialsError: certificate or key cannot be used.
    """
    require_pair(certificate, key, time_authority)
    if certificate is None or key is None:
        return None
    passphrase = os.environ.get(identities.PASSPHRASE)
    return identities.load(certificate, key, passphrase=passphrase, time_authority=time_authority)


def require_pair(certificate: Path | None, key: Path | None, time_authority: str | None) -> None:
    """Refuse options for signing that do not belong together."""
    if certificate is None and key is None:
        if time_authority is not None and not os.environ.get(identities.TIME_AUTHORITY):
            raise typer.BadParameter("belongs to --sign and --key", param_hint="--time-authority")
        return
    if certificate is None or key is None:
        missing = "--sign" if certificate is None else "--key"
        raise typer.BadParameter("a certificate and its key belong together; give both", param_hint=missing)
    if time_authority is not None and not time_authority.startswith(("http://", "https://")):
        raise typer.BadParameter(
            f"'{time_authority}' is no address; write https://…", param_hint="--time-authority"
        )


@app.command(
    "test-certificate",
    epilog="""Examples:\n
    brandkit credentials test-certificate keys/\n
    brandkit correct hero.png -b acme.brand.yml -o out/ --sign keys/signer.pem --key keys/signer.key\n
    brandkit verify out/hero.corrected.png --trust keys/root.pem""",
)
def make_test_certificate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to.", show_default=False)],
    name: Annotated[
        str, typer.Option("--name", metavar="TEXT", help="Of the signer.")
    ] = "brandkit test signer",
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="Until it expires.")] = 90,
) -> None:
    """Make a certificate and a key to try credentials with. Nobody will trust it.

    Writes signer.pem, signer.key (readable by you alone) and root.pem. For credentials that others
    trust, get a certificate from an authority on the C2PA trust list.
    """
    from brandkit.credentials.local_chain import write_chain

    certificate, key, root = write_chain(folder, name, days)
    printing(
        lambda: typer.echo(
            f"{certificate}: certificate of '{name}', for {days} days\n{key}: its key; keep it to yourself\n"
            f"{root}: the root above it, for 'brandkit verify --trust'\n"
            "For trying only: nobody will trust what it signs, unless they are given this root."
        )
    )


def verify(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Pictures and videos.", show_default=False)
    ],
    trust: Annotated[
        Path | None,
        typer.Option(
            metavar="ROOT.pem", help="Root certificates whose signers are known.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
) -> None:
    """Read content credentials back: who signed, what was done, and whether the file was changed since.

    Exit status, the worst of all files: 0 whole and by a known signer; 1 changed, or signed by a certificate
    that did not hold; 2 a file that cannot be read; 3 whole, but nobody vouches for the signer, or there are
    no credentials. Nothing is fetched from anywhere.
    """
    from brandkit.credentials.read import read
    from brandkit.credentials.show import as_json as shown
    from brandkit.credentials.show import print_credentials

    found: list[Credentials] = []
    faults: list[str] = []
    for file in files:
        try:
            found.append(read(file, trust))
        except BrandkitError as error:
            faults.append(str(error))
    if as_json:
        import json

        text = json.dumps({**shown(found), "unreadable": faults}, indent=2, ensure_ascii=False)
        printing(lambda: typer.echo(text))
    else:
        printing(lambda: print_credentials(found))
    for fault in dict.fromkeys(faults):
        typer.echo(f"brandkit: {fault}", err=True)
    raise typer.Exit(_status(found, faults))


def _status(found: list[Credentials], faults: list[str]) -> Exit:
    states = {one.state for one in found}
    if faults:
        return Exit.BAD_INPUT
    if "invalid" in states:
        return Exit.FAILED
    return Exit.PASSED if states == {"trusted"} else Exit.NEEDS_REVIEW


def add_to(root: typer.Typer) -> None:
    """Add the commands of this file to the command line."""
    root.add_typer(app, name="credentials")
    root.command(
        epilog="Examples:\n\n    brandkit verify out/*.png --trust root.pem\n\n"
        "    brandkit verify clip.mp4 --json"
    )(verify)
