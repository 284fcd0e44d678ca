"""Whether a network address is one of the public Internet, where a stranger's file may be fetched from (pure).

Everything else is refused: this machine, private and local nets, multicast, addresses that carry another one inside
(mapped, translated, tunnelled), and the addresses at which clouds tell their machines secrets.
Sources: the IANA registries of special-purpose addresses (RFC 6890).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# What the standard library counts as global and is not meant for us.
_NOT_V4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
_UNICAST_V6 = IPv6Network("2000::/3")
_NOT_V6 = tuple(map(IPv6Network, ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20")))


def is_public(address: Address) -> bool:
    """Whether this address may be connected to."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _NOT_V4)
    return address in _UNICAST_V6 and not any(address in net for net in _NOT_V6)
