"""Registers releases by their manifests."""

from __future__ import annotations

from pathlib import Path

from vernacular.assistants.manifest import Manifest, read_manifest
from vernacular.assistants.weights import check_weights, fingerprint_weights
from vernacular.corpus.known_locales import is_known
from vernacular.errors import Conflict, InvalidInput, ModelUnavailable, NotFound
from vernacular.store.database import Db
from vernacular.store.releases import count_uses, delete_release, find_release
from vernacular.store.tables import Release


def add_release(db: Db, path: Path) -> tuple[Release, bool]:
    """Returns the release that the manifest file describes, and whether it is new.

    Raises:
        InvalidInput: the manifest is wrong or names weights that are not there or not whole.
        Conflict: a release of that name is registered with another manifest or other weights.
    """
    manifest = read_manifest(path)
    content = manifest.model_dump(mode="json")
    folder = path.resolve().parent
    check_weights(manifest, path)
    fingerprint = fingerprint_weights(manifest, folder)
    try:
        stored = find_release(db, manifest.release)
    except NotFound:
        release = Release(
            name=manifest.release,
            assistant=manifest.assistant,
            manifest=content,
            root=str(folder),
            fingerprint=fingerprint,
        )
        db.add(release)
        db.flush()
        return release, True
    # Compared as manifests and not as stored: a newer version may know more fields.
    if is_imported(stored) or manifest_of(stored) != manifest:
        raise Conflict(
            f"release {manifest.release!r} is registered with another manifest: a release never"
            " changes, give the new one a name of its own"
        )
    if stored.fingerprint not in {None, fingerprint}:
        raise Conflict(
            f"release {manifest.release!r} is registered with other weights: the files that its"
            " manifest names have changed since; a release never changes, give the new one a name"
            " of its own"
        )
    stored.fingerprint = fingerprint
    # The files may have moved (another checkout); what they describe is the same release.
    stored.root = str(folder)
    return stored, False


def list_unknown_locales(manifest: Manifest) -> list[str]:
    """Returns the tags among the trained locales that name no language or place there is."""
    return [tag for tag in manifest.trained_locales if not is_known(tag)]


def remove_release(db: Db, name: str) -> Release:
    """Deletes a release that was registered by mistake, so that its name is free; returns it.

    Raises:
        NotFound: there is no such release.
        Conflict: something refers to it, which would be left without.
    """
    release = find_release(db, name)
    uses = count_uses(db, release)
    if uses:
        counted = ", ".join(f"{n:,} {kind}{'s' if n > 1 else ''}" for kind, n in uses.items())
        # A run that never answered anything is in nobody's way.
        hint = "; 'vernacular run abandon' takes back runs without results" if "run" in uses else ""
        raise Conflict(
            f"release {name!r} stays, it is referred to by {counted}: register another under a name"
            f" of its own{hint}"
        )
    delete_release(db, release)
    return release


def check_unchanged(release: Release) -> None:
    """Makes sure that the release is still the one that was registered.

    Raises:
        Conflict: the files that its manifest names have changed since.
        InvalidInput: the stored manifest does not fit this version.
        ModelUnavailable: a file is not there any more.
    """
    if release.fingerprint is None:
        return
    try:
        found = fingerprint_weights(manifest_of(release), Path(release.root))
    except OSError as error:
        raise ModelUnavailable(f"the weights of {release.name} cannot be read: {error}") from error
    if found != release.fingerprint:
        raise Conflict(
            f"the weights of {release.name} (in {release.root}) are not those it was registered"
            " with: put them back, or register what is there under a name of its own"
        )


def is_imported(release: Release) -> bool:
    """Returns whether only results of the release are known, so that it cannot answer here."""
    return bool(release.manifest.get("imported"))


def description_of(release: Release) -> str:
    """Returns what the release's manifest says of it in words, empty where it says nothing."""
    # Of the manifest as stored: a description can be read even where the rest no longer fits.
    return str(release.manifest.get("description") or "")


def manifest_of(release: Release) -> Manifest:
    """Returns the manifest of a registered release.

    Raises:
        Conflict: it has none, as only its results were imported.
        InvalidInput: it was stored by a version of Vernacular whose manifests differ.
    """
    if is_imported(release):
        raise Conflict(
            f"{release.name} cannot answer here, its results came from elsewhere:"
            " 'vernacular run import' takes in more of them"
        )
    try:
        return Manifest.model_validate(release.manifest)
    except ValueError as error:
        raise InvalidInput(
            f"the stored manifest of {release.name!r} does not fit this version: {error}"
        ) from error
