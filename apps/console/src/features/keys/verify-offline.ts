/** How anybody can tell a key of ours without asking us, as Python: form, then checksum. */
export const verifyOffline = `import hashlib, re, sys

key = sys.stdin.readline().strip()
match = re.fullmatch(r"sk-ly-([0-9A-Za-z]{40})([0-9A-Za-z]{6})", key)
letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
value = int.from_bytes(hashlib.sha256(b"lyceum:" + match[1].encode()).digest()[:6], "big") if match else 0
check = "".join(letters[value // 62**place % 62] for place in range(6))
print("a key of Lyceum" if match and check == match[2] else "no key of Lyceum")`;
