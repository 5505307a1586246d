"""Passes that nobody may believe, made from a genuine one: by whoever holds it, its keys, and everything but the secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: What a refusal may be called: which of the two depends on how far a reader gets.
BAD = {"forged", "unknown_key", "malformed"}
TYPE = "guiju-pass+jwt"
NESTED = b'{"kid":' + b"[" * 8_000


def base(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def written(head: str, body: str, signature: bytes) -> str:
    return f"{base(head.encode())}.{base(body.encode())}.{base(signature)}"


def all_of(token: str, keys: Mapping[str, Any]) -> dict[str, str]:
    """What was tried, and the pass."""
    head, body, signature = token.split(".")
    said, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})
    genuine = next(one for one in keys["keys"] if one["kid"] == said["kid"])
    stranger = Ed25519PrivateKey.generate()
    own = {"kty": "OKP", "crv": "Ed25519", "x": base(stranger.public_key().public_bytes_raw()), "kid": "own"}
    longer = json.dumps({**claims, "exp": claims["exp"] + 9_999_999})

    def signed(**header: Any) -> str:
        text = f"{base(json.dumps(header).encode())}.{base(longer.encode())}"
        return f"{text}.{base(stranger.sign(text.encode()))}"

    def keyed(secret: bytes, algorithm: str = "HS256") -> str:
        text = f"{base(json.dumps({**said, 'alg': algorithm}).encode())}.{body}"
        return f"{text}.{base(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"

    plain = json.dumps(said)
    return {
        "no signature": written(json.dumps({**said, "alg": "none"}), json.dumps(claims), b""),
        "no signature, shouted": written(json.dumps({**said, "alg": "NONE"}), json.dumps(claims), b""),
        "signature left out": f"{head}.{body}.",
        "half a signature": f"{head}.{body}.{signature[:40]}",
        "signature twice": f"{head}.{body}.{signature}{signature}",
        "public key as a secret": keyed(base64.urlsafe_b64decode(genuine["x"] + "==")),
        "public key as text as a secret": keyed(genuine["x"].encode()),
        "key id of the issuer": signed(**said),
        "key of its own": signed(alg="EdDSA", typ=TYPE, kid="own", jwk=own),
        "key of its own under the issuer's id": signed(**said, jwk=own, jku="http://127.0.0.1:1/keys", x5u="file:///dev/null"),
        **{
            f"key id {kid!r}": signed(alg="EdDSA", typ=TYPE, kid=kid)
            for kid in ("../../../../dev/null", "/etc/passwd", "' OR 1=1 --", "", "\x00", "*")
        },
        **{
            f"key id that is no text: {kid!r}": signed(alg="EdDSA", typ=TYPE, kid=kid)
            for kid in (None, 7, True, [said["kid"]], {"x": said["kid"]})
        },
        "no key id": signed(alg="EdDSA", typ=TYPE),
        "another kind of token": signed(alg="EdDSA", typ="JWT", kid=said["kid"]),
        "algorithm twice": written(plain.replace("{", '{"alg": "none", ', 1), json.dumps(claims), b"\0" * 64),
        "last day twice": written(plain, json.dumps(claims)[:-1] + ', "exp": 99999999999}', b"\0" * 64),
        "another last day": f"{head}.{base(longer.encode())}.{signature}",
        "deeply nested": f"{base(b'[' * 8_000)}.{body}.{signature}",
        "deeply nested within": f"{base(NESTED)}.{body}.{signature}",
        "a list for a header": f"{base(b'[]')}.{body}.{signature}",
        "no base64": f"{head}.{body}.@@@",
        "another alphabet": f"{head}.{body}.+/=",
        "letters beyond ASCII": f"{head}.{body}.签名",
        "an invisible letter": f"{head}.\u202e{body}.{signature}",
        "two parts": f"{head}.{body}",
        "four parts": f"{token}.{signature}",
        "dots alone": "..",
        "as an object": json.dumps({"protected": head, "payload": body, "signature": signature}) + ".",
        "far too long": f"{head}.{body}.{'A' * 200_000}",
    }  # fmt: skip
