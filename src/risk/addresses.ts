/** Which addresses of the network are the public internet: all else is this machine, somebody's own network, or a cloud's inside. */
import { BlockList, isIP } from "node:net";

const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Of the only block that is given out to the public: tunnels, which carry an IPv4 address inside, and examples. */
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const blocked = new BlockList();
for (const [address, bits] of PRIVATE_V4) blocked.addSubnet(address, bits, "ipv4");
for (const [address, bits] of PRIVATE_V6) blocked.addSubnet(address, bits, "ipv6");
const given = new BlockList();
given.addSubnet("2000::", 3, "ipv6");

/** False also for what is no address at all, and for IPv4 in the clothes of IPv6. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, "ipv4");
    case 6:
      return given.check(address, "ipv6") && !blocked.check(address, "ipv6");
    default:
      return false;
  }
}
