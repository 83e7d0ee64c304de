"""Ed25519 as RFC 8032 describes it, section 5.1, in plain Python: for checking, not for secrets that matter."""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1


def _recover_x(y, sign):
    """The x with this lowest bit on the curve -x^2 + y^2 = 1 + d x^2 y^2; None when there is none (5.1.3)."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = _recover_x(BASE_Y, 0)
# Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x y = T/Z (5.1.4).
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)
NEUTRAL = (0, 1, 1, 0)


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar, point):
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _encode(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(data):
    number = int.from_bytes(data, "little")
    y = number & (1 << 255) - 1
    x = _recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def _expand(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:]


def _number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def public_key(seed):
    """The 32 bytes of the public key that belongs to 32 secret ones (5.1.5)."""
    return _encode(_multiply(_expand(seed)[0], BASE))


def sign(seed, message):
    """64 bytes (5.1.6)."""
    scalar, prefix = _expand(seed)
    public = _encode(_multiply(scalar, BASE))
    nonce = _number(prefix, message)
    point = _encode(_multiply(nonce, BASE))
    return point + ((nonce + _number(point, public, message) * scalar) % L).to_bytes(32, "little")


def verify(public, message, signature):
    """Whether a signature is the key's (5.1.7, without the factor 8, as OpenSSL has it)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key = _decode(public)
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or scalar >= L:
        return False
    challenge = _number(signature[:32], public, message)
    negative = (P - key[0], key[1], 1, P - key[3])
    return _encode(_add(_multiply(scalar, BASE), _multiply(challenge, negative))) == signature[:32]
