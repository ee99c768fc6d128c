"""Content Credentials (C2PA): a signed note inside a file on who made it, with what, from what,
and what others may do with it; and reading such notes.

The signature is made with a certificate that this computer makes for itself. It shows that a file
is unchanged since it was signed here. It does not show who signed: nobody vouches for the
certificate, and every reader says so.
"""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from course_utils.creation import Creation, LearnerError, now
from course_utils.labels import MADE_BY_MODEL, source_type
from course_utils.models.big_tools import still_coming
from course_utils.provenance.sources import sources_of

__all__ = ["manifest_of", "read_credentials", "sign"]

FORMATS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".wav": "audio/wav",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".mp3": "audio/mpeg",
    ".webp": "image/webp",
}
SIGNABLE = (".png", ".jpg", ".wav", ".pdf", ".svg", ".mp3")
LARGEST = 60_000_000  # bytes of a file to read
PARTS = {"image": "image", "words": "words", "tune": "music", "backing": "music"}
UNTRUSTED = "course certificate, trusted by nobody"
NO_LIBRARY = (
    "This Python has no library for Content Credentials. Run `python start.py` again to put it"
    " back; your work is safe."
)
DO_NOT_TRAIN = (
    "cawg.ai_inference",
    "cawg.ai_generative_training",
    "cawg.ai_training",
    "cawg.data_mining",
)


@dataclass(frozen=True)
class Credentials:
    """What a file's Content Credentials say, and whether they hold: `state` is none,
    unchanged or changed.
    """

    state: str
    signer: str = ""
    actions: tuple[str, ...] = ()
    training: str = ""
    licence: str = ""
    ingredients: tuple[str, ...] = ()
    mine: str = ""
    codes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        if self.state == "none":
            return (
                "This file holds no Content Credentials. That says nothing about how it was made:"
                " apps and websites often take them out."
            )
        if self.state == "changed":
            return (
                "Careful: the file or its credentials were changed after signing, so what they say"
                " cannot be relied on."
            )
        return (
            f"Unchanged since it was signed. Signed by “{self.signer}”: a certificate nobody"
            " vouches for, so this shows that nothing was changed, not who signed."
        )


def library():
    """The C2PA library.

    Raises:
        LearnerError: it is not installed.
    """
    try:
        import c2pa
    except (ImportError, OSError) as problem:
        still_coming("Signing")
        raise LearnerError(NO_LIBRARY) from problem
    return c2pa


def offline(c2pa: Any) -> Any:
    """The library's context in which it asks nobody: a file may name an address for its notes or
    for its certificate, and whoever owns that address would learn who opened the file.
    """
    quiet = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    return c2pa.Context(c2pa.Settings.from_dict(quiet))


def keys_folder() -> Path:
    """Where this computer keeps its certificate: never among the creations,
    so that it is not handed on with them.
    """
    from platformdirs import user_data_path

    return Path(os.environ.get("COURSE_KEYS") or user_data_path("course_utils") / "signing")


def certificate() -> tuple[bytes, bytes]:
    """This computer's certificate chain and private key (PEM), made at first use: an authority of
    its own and a certificate by it, ES256, for ten years and one.

    Raises:
        LearnerError: they cannot be written.
    """
    folder = keys_folder()
    try:
        if not (folder / "key.pem").exists() or not (folder / "chain.pem").exists():
            from filelock import FileLock

            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / ".lock", timeout=30):
                if not (folder / "key.pem").exists():
                    chain, key = new_certificate()
                    (folder / "chain.pem").write_bytes(chain)
                    handle = os.open(
                        folder / "key.pem.part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600
                    )
                    with os.fdopen(handle, "wb") as file:
                        file.write(key)
                    os.replace(folder / "key.pem.part", folder / "key.pem")
        return (folder / "chain.pem").read_bytes(), (folder / "key.pem").read_bytes()
    except (OSError, TimeoutError) as problem:
        raise LearnerError(
            "The certificate for signing could not be written. Make room on the disk, then try"
            " again; your work is safe."
        ) from problem


def new_certificate() -> tuple[bytes, bytes]:
    """A fresh chain (leaf, then authority) and the leaf's private key, all PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    above, own = authority_key.public_key(), key.public_key()
    begin, issuer = now() - timedelta(days=1), "Course authority, trusted by nobody"
    authority = (
        _certificate(issuer, issuer, above, begin)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(above), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    leaf = (
        _certificate("Course certificate, trusted by nobody", issuer, own, begin)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return leaf.public_bytes(pem) + authority.public_bytes(pem), key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate(subject: str, issuer: str, public_key, begin: datetime):
    """The beginning of a certificate, valid for ten years."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    def name(words: str) -> x509.Name:
        owner = "Made on a learner's computer, trusted by nobody"
        parts = ((NameOID.ORGANIZATION_NAME, owner), (NameOID.COMMON_NAME, words))
        return x509.Name([x509.NameAttribute(*part) for part in parts])

    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3650))
    )


KEY_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _usage(**given: bool):
    """What a key may be used for, as an extension."""
    from cryptography import x509

    return x509.KeyUsage(**{use: given.get(use, False) for use in KEY_USES})


def manifest_of(
    creation: Creation,
    suffix: str,
    contribution: dict,
    licence: str = "",
    author: str = "",
    do_not_train: bool = True,
    parent: bool = False,
) -> dict:
    """What the credentials of a creation say, as the library wants it.

    Args:
        contribution: what `care.contribution.summary` counts of a person's work.
        parent: whether the parent's file is put in as an ingredient.
    """
    recipe = creation.recipe
    record = {
        "recipe": json.loads(recipe.model_dump_json()),
        "contribution": contribution,
        "trained_on": (
            [source.credit() for source in sources_of(PARTS.get(creation.kind, ""))]
            if source_type(creation) == MADE_BY_MODEL
            else []
        ),
        "signed_with": UNTRUSTED,
    }
    work = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        **({"license": licence} if licence else {}),
        **({"author": [{"@type": "Person", "name": author}]} if author else {}),
    }
    use = {"use": "notAllowed"} if do_not_train else {"use": "allowed"}
    return {
        "claim_generator_info": [{"name": "course_utils", "version": version()}],
        "title": f"{recipe.prompt[:80]}{suffix}",
        "format": FORMATS[suffix],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions_of(creation, parent)}},
            {
                "label": "cawg.training-mining",
                "data": {"entries": {name: use for name in DO_NOT_TRAIN}},
            },
            {"label": "stds.schema-org.CreativeWork", "data": work, "kind": "Json"},
            {"label": "org.course-utils.record", "data": record},
        ],
    }


def actions_of(creation: Creation, parent: bool) -> list[dict]:
    """What was done: by the model, from an earlier result where there is one, then by people."""
    recipe, when = creation.recipe, creation.made.isoformat()
    by_model = {
        "when": when,
        "softwareAgent": {
            "name": recipe.model or "course_utils",
            "version": recipe.revision or "0",
        },
        "digitalSourceType": source_type(creation),
    }
    words = f"for the words “{recipe.prompt}”"
    if parent:
        opened = {
            "action": "c2pa.opened",
            "when": when,
            "description": "an earlier result, to go on from",
            "parameters": {"ingredientIds": ["parent"]},
        }
        said = f"The model went on from an earlier result, {words}"
        actions = [opened, {"action": "c2pa.edited", **by_model, "description": said}]
    else:
        actions = [{"action": "c2pa.created", **by_model, "description": f"Made {words}"}]
    return actions + [
        {"action": "c2pa.edited", "when": edit.when.isoformat(), "description": edit.what}
        for edit in creation.edits[-100:]
    ]


def version() -> str:
    from course_utils import __version__

    return __version__


def sign(
    data: bytes, suffix: str, manifest: dict, parent: tuple[str, bytes] | None = None
) -> bytes:
    """The bytes of a file with credentials signed by this computer's certificate.

    `parent`: suffix and bytes of the file it began from.

    Raises:
        LearnerError: the format carries none, or signing failed.
    """
    c2pa = library()
    if suffix not in SIGNABLE:
        raise LearnerError(
            f"Files that end in {suffix} cannot carry Content Credentials. Take it as PNG, JPEG,"
            " WAV, MP3, SVG or PDF."
        )
    if suffix == ".svg":
        data = metadata_aside(data)
    chain, key = certificate()
    try:
        signer = c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, key, None)
        )
        out = io.BytesIO()
        with offline(c2pa) as quiet, c2pa.Builder(manifest, quiet) as builder:
            if parent is not None:
                about = {
                    "title": f"what it began from{parent[0]}",
                    "relationship": "parentOf",
                    "instance_id": "parent",
                    "label": "parent",
                }
                builder.add_ingredient(about, FORMATS[parent[0]], io.BytesIO(parent[1]))
            builder.sign(signer, FORMATS[suffix], io.BytesIO(data), out)
    except c2pa.C2paError as problem:
        raise LearnerError(
            "The credentials could not be written into this file. Take it in another format, such"
            " as PNG or WAV; the file itself is unharmed."
        ) from problem
    return out.getvalue()


def metadata_aside(data: bytes) -> bytes:
    """A drawing with its metadata in attributes: the library writes the credentials into every
    metadata element, and its reader then refuses the file. Only the label's element stays: into
    that one it writes. `labels.svg.unsigned` is the way back.
    """
    return re.sub(
        rb'<metadata id="(course-(?!label)[\w-]+)">(.*?)</metadata>',
        lambda found: (
            b'<g id="%b" data-kept="%b"/>' % (found[1], found[2].replace(b'"', b"&quot;"))
        ),
        data,
        flags=re.S,
    )


def read_credentials(data: bytes, suffix: str) -> Credentials:
    """What the credentials in a file say, read and checked by the library's own reader.

    Raises:
        LearnerError: the file is too large, or of a format that carries none.
    """
    c2pa = library()
    if suffix.lower() not in FORMATS:
        raise LearnerError(
            f"Files that end in {suffix[:12] or 'nothing'} cannot carry Content Credentials. Try a"
            " PNG, JPEG, WAV, MP3, SVG or PDF file."
        )
    if len(data) > LARGEST:
        raise LearnerError("That file is too large to be checked here. Try one under 60 MB.")
    try:
        form = FORMATS[suffix.lower()]
        with (
            offline(c2pa) as quiet,
            c2pa.Reader(form, io.BytesIO(data), context=quiet) as reader,
        ):
            report = json.loads(reader.json())
    except c2pa.C2paError as problem:
        # none, or no file of that kind at all; a claim that cannot be found any more was harmed
        if b"c2pa.claim" not in data:
            return Credentials("none")
        return Credentials("changed", codes=(str(problem)[:200],))
    return said(report)


def said(report: dict) -> Credentials:
    """The reader's report as Credentials.

    Everything in it comes from a stranger: it is cut short and never evaluated.
    """
    manifest = report.get("manifests", {}).get(report.get("active_manifest"), {})
    results = report.get("validation_results", {}).get("activeManifest", {})
    wrong = tuple(
        str(one.get("code", ""))[:80]
        for one in results.get("failure", [])
        if one.get("code") != "signingCredential.untrusted"
    )
    data = {
        str(one.get("label", "")).split("__")[0]: one.get("data") or {}
        for one in manifest.get("assertions", [])
    }
    actions = []
    for one in (data.get("c2pa.actions.v2") or data.get("c2pa.actions") or {}).get("actions", [])[
        :40
    ]:
        agent = one.get("softwareAgent")
        by = agent.get("name", "") if isinstance(agent, dict) else agent or "a person"
        actions.append(
            f"{str(one.get('action', '')).removeprefix('c2pa.')} by {str(by)[:80]}:"
            f" {str(one.get('description', ''))[:300]}"
        )
    uses = {
        str(entry.get("use"))
        for entry in (
            (data.get("cawg.training-mining") or data.get("c2pa.training-mining") or {})
            .get("entries", {})
            .values()
        )
    }
    training = (
        "may not be used to train models"
        if uses == {"notAllowed"}
        else (
            "may be used to train models"
            if uses == {"allowed"}
            else "some uses allowed, some not"
            if uses
            else ""
        )
    )
    record = data.get("org.course-utils.record") or {}
    return Credentials(
        "changed" if wrong else "unchanged",
        str(
            manifest.get("signature_info", {}).get("common_name")
            or manifest.get("signature_info", {}).get("issuer", "")
        )[:120],
        tuple(actions),
        training,
        str((data.get("stds.schema-org.CreativeWork") or {}).get("license", ""))[:120],
        tuple(str(one.get("title", ""))[:120] for one in manifest.get("ingredients", [])),
        str((record.get("contribution") or {}).get("sentence", ""))[:600],
        wrong,
    )
