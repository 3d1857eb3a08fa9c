"""``brandkit serve`` and ``brandkit keys``: the HTTP gate, and who may call it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit import credentials_cli
from brandkit.extras import needed
from brandkit.store_cli import opened
from brandkit.terminal import BlobsAt, StoreAt

if TYPE_CHECKING:
    from brandkit.service.settings import Settings
    from brandkit.store import Store

keys = typer.Typer(help="Keys that pipelines call the gate with.", no_args_is_help=True)


def serve(
    store: StoreAt = None,
    blobs: BlobsAt = None,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.", min=1, max=65535)] = 8600,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Processes that judge, each with one core.",
            min=1,
            max=256,
            show_default="one for each core; with --replicas, one for each",
        ),
    ] = None,
    replicas: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Serve by so many copies of the gate on Ray Serve: the cluster at $RAY_ADDRESS, or this "
            "machine.",
            min=1,
            show_default=False,
        ),
    ] = None,
    gpus: Annotated[float, typer.Option(help="GPUs of each replica; a share of one, too.", min=0.0)] = 0.0,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST", help="Host that inputs may be fetched from and webhooks sent to; several times."
        ),
    ] = None,
    private_hosts: Annotated[
        bool, typer.Option("--private-hosts", help="Allowed hosts may lie in private networks.")
    ] = False,
    max_mb: Annotated[int, typer.Option(help="Largest input, in MB.", min=1)] = 200,
    rate: Annotated[int, typer.Option(help="Calls a minute of each key; 0 for any number.", min=0)] = 0,
    upload_seconds: Annotated[
        float, typer.Option(help="In which an upload has to have come.", min=0.1)
    ] = 120.0,
    sign: credentials_cli.SignWith = None,
    key: credentials_cli.KeyFile = None,
    time_authority: credentials_cli.TimeAuthority = None,
) -> None:
    """Serve the gate over HTTP: POST a picture or video, get a verdict and a report.

    The OpenAPI document is at /openapi.json, readable at /docs. Callers need a key ('brandkit keys create').
    Webhooks are signed with $BRANDKIT_WEBHOOK_SECRET. With --sign, corrections carry content credentials.
    Ctrl-C ends it; jobs that wait are done the next time.
    """
    credentials_cli.require_pair(sign, key, time_authority)
    with needed("the gate is not installed", "service"):
        import brandkit.service.app  # noqa: F401  what both ways of serving need
    from brandkit.service.options import Options
    from brandkit.store import keys as known

    options = Options(
        store=store,
        blobs=blobs,
        replicas=replicas or 1,
        workers=workers or (os.cpu_count() if replicas is None else None) or 1,
        gpus=gpus,
        max_mb=max_mb,
        rate=rate,
        allow_host=tuple(allow_host or ()),
        private_hosts=private_hosts,
        upload_seconds=upload_seconds,
        sign=sign,
        key=key,
        time_authority=time_authority,
    )
    settings = options.settings()  # what cannot be signed with is said now
    with opened(store, blobs) as kept:
        if not any(key.revoked is None for key in known.all_of(kept)):
            typer.echo("no key has been made yet: brandkit keys create --name my-pipeline", err=True)
        typer.echo(f"brandkit gate: http://{host}:{port}  store: {kept.place}", err=True)
        if replicas is None:
            _here(kept, settings, host, port)
            return
    with needed("--replicas needs Ray Serve", "scale,service"):
        from brandkit.service import on_ray
    on_ray.serve_until_told(options, host, port)


def _here(store: Store, settings: Settings, host: str, port: int) -> None:
    """Serve by this process, until it is told to end."""
    import uvicorn

    from brandkit.service import metrics
    from brandkit.service.app import build

    metrics.log_to_stderr()
    uvicorn.run(
        build(store, settings),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(settings.grace_seconds),
    )


@keys.command("create", epilog="""Example:\n\n    brandkit keys create --name nightly --scope check""")
def create(
    name: Annotated[str, typer.Option(help="What it is for.")],
    store: StoreAt = None,
    tenant: Annotated[str, typer.Option(help="Whose reports and jobs it sees.")] = "default",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="check, correct, read (these three without), brands (save them). Several times."),
    ] = None,
) -> None:
    """Make a key. It is shown once; the store keeps its hash only."""
    with opened(store) as kept:
        from brandkit.store import keys as known
        from brandkit.store.filing import caller

        secret, key = known.create(
            kept, name, who=caller(), tenant=tenant, scopes=scope or known.DEFAULT_SCOPES
        )
    typer.echo(secret)
    typer.echo(f"key {key.id} of {key.tenant}: {', '.join(key.scopes)}; it is not shown again", err=True)


@keys.command("list")
def list_(store: StoreAt = None) -> None:
    """List all keys, without their secrets."""
    with opened(store) as kept:
        from brandkit.store import keys as known

        for key in known.all_of(kept):
            state = "holds" if key.revoked is None else f"revoked {key.revoked:%Y-%m-%d}"
            typer.echo(f"{key.id}\t{key.name}\t{key.tenant}\t{','.join(key.scopes)}\t{state}")


@keys.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(metavar="ID", help="As 'brandkit keys list' shows it.")],
    store: StoreAt = None,
) -> None:
    """Have a key hold no longer."""
    with opened(store) as kept:
        from brandkit.store import keys as known
        from brandkit.store.filing import caller

        known.revoke(kept, key, who=caller())
    typer.echo(f"{key}: revoked")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog="""Examples:\n
    brandkit keys create --name nightly --store reviews/\n
    brandkit serve --store reviews/\n
    brandkit serve --replicas 4 --store postgresql://gate@db/brandkit --blobs s3://pictures/brandkit\n
    brandkit serve --store reviews/ --sign signer.pem --key signer.key\n
    curl -H "Authorization: Bearer $KEY" -F file=@hero.png -F brand=Acme http://127.0.0.1:8600/v1/check"""
    )(serve)
    app.add_typer(keys, name="keys")
