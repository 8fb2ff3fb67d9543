"""Files that are never meant for readers: secrets, program state, leftovers of editors, data of tools."""

import enum
import re
from dataclasses import dataclass

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")


HEAD = 65_536
"""Bytes at the start of a file that are examined."""


class FileCategory(enum.Enum):
    """The reason for which a file is not meant for readers."""

    CONFIDENTIAL = "confidential"
    """Keys, passwords, credentials: never published."""
    STATE = "state"
    """Databases, dumps, program state: published only where a published article links to the file."""
    LEFTOVER = "leftover"
    """A leftover of an editor or operating system beside a file: never published."""
    TOOL = "tool"
    """Data of the authors' tools, and package locks: never published."""


@dataclass(frozen=True)
class FileKind:
    """The kind of a file that is not meant for readers, and the reason."""

    kind: FileCategory
    reason: str
    """The reason in words for an author, which complete `stays back: …`."""
    folder: str = ""
    """The folder whose name decided, or empty."""


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.VERBOSE)


PLAIN = re.compile(r".*\.(?:png|jpe?g|gif|svg|webp|avif|ico|pdf|mp[34]|webm|ogg|css|m?js|html?|mdx?|markdown|mdown|mkdn?)")
"""Images, texts and browser scripts: other words in such a name only say what the file is about."""
EXAMPLE = re.compile(r"[._-](?:example|sample|template|dist|tpl)(?:\.[a-z]+)?$")
"""The end of the name of a file with made-up values."""
ENVIRONMENT = _pattern(
    r"(?:[^.]*\.)*env(?:rc)?",
    r"(?:[^.]*\.)*env[._-](?:local|dev\w*|prod\w*|stag\w*|test\w*|ci|qa|uat|live|vault|keys|bak|backup|old|orig|save|enc|json|ya?ml|txt)(?:\..*)?",
    r"\.env[._-].*|dot[._-]?env|\.dev\.vars|_env|[^.]*[_-]env",
)
KEY_FILES = _pattern(
    r"(?:.*[._-])?id_(?:rsa|dsa|ecdsa|ed25519|xmss)(?:_sk)?(?:[._-](?!pub$).*)?",
    r"ssh_host_\w+_key|authorized_keys2?|known_hosts|identity\.(?:key|pem)",
    r"(?:.*[._\ -])?wallet\.(?:dat|json)|(?:.*[._\ -])?(?:seed[._\ -]?phrase|mnemonic)s?(?:\.(?:txt|csv|json|docx?))?",
    r".*\.(?:p12|pfx|ppk|jks|bks|jceks|keystore|keychain|keychain-db|snk|pvk|mobileprovision|ovpn|kdb|kdbx|agilekeychain|opvault|1pif|1pux|psafe3|enpass\w*|bwdb)",
)
CREDENTIAL_FILES = _pattern(
    r"[._]netrc|\.?pgpass(?:\.conf)?|\.npmrc|\.yarnrc(?:\.yml)?|\.pypirc|\.?htpasswd|\.?htdigest|\.git-credentials|\.my\.cnf|\.s3cfg",
    r"\.boto",
    r"(?:.*[._\ -])?credentials?(?:\.(?:json|ya?ml|toml|ini|csv|txt|db|xml|properties))?|aws_?credentials|accesskeys?\.csv|rootkey\.csv",
    r"client_secrets?.*\.json|(?:.*[._-])?service[-_]?account.*\.json|application_default_credentials\.json|.*firebase-adminsdk.*\.json",
    r"(?:.*[._-])?secrets?\.(?:json|ya?ml|toml|ini|txt|env|xml|properties|tfvars|enc)|\.?secrets?|master\.key|secret_key_base",
    r"(?:.*[._\ -])?(?:api|access|auth|secret|private|licen[cs]e)[._\ -]?(?:keys?|tokens?)\.(?:txt|json|ya?ml|csv|ini|toml)",
    r"(?:.*[._\ -])?cookies\.txt|login\ data",
    r"(?:.*[._\ -])?(?:recovery|backup|2fa|mfa|otp)[._\ -]?(?:backup[._\ -]?)?(?:codes?|keys?)\.(?:txt|csv|json|docx?)",
    r"(?:bitwarden|lastpass|1password|dashlane|keepass|nordpass|enpass|chrome[._\ -]passwords)[\w.\ -]*\.(?:csv|json|xml|zip)",
    r"(?:.*[._\ -])?(?:passw(?:ords?|d|ort|örter)|passphrases?|contraseñas?|mots?[._\ -]de[._\ -]passe)"
    r"\.(?:txt|csv|json|ya?ml|xlsx?|ods|docx?|kdbx?)|\.?vault[-_]pass(?:word)?(?:\.txt)?|tokens?\.json|shadow|passwd",
    r"\.?kubeconfig(?:\.ya?ml)?|\.dockercfg|\.dockerconfigjson|rclone\.conf|azureprofile\.json|accesstokens\.json|local\.settings\.json",
    r"wp-config.*\.php.*|.*\.tfvars(?:\.json)?|logins\.json|key[34]\.db|cookies\.sqlite",
    r"\.?(?:bash|zsh|sh|mysql|psql|python|node_repl)_history",
    r".*\.har",
)
PERHAPS_KEYS = _pattern(
    r".*\.(?:pem|key|p8|asc|gpg|pgp|der|crt|cer|rsa|dsa|priv|dat|txt|text|log|conf|config|cfg|cnf|ini|json|ya?ml|toml|xml|properties|sh)",
    r"[^.]*",
)
"""Names of files, texts and data, that may hold keys; their first bytes decide."""
PRIVATE_KEY = re.compile(
    rb"(?:^|\n)[ \t]*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|(?:^|\n)PuTTY-User-Key-File|(?:^|\n)AGE-SECRET-KEY-"
    rb"|\"private_?key\"\s*:\s*\"-----BEGIN |^\$ANSIBLE_VAULT;|(?:^|\n)\[Interface\][^\[]*\nPrivateKey\s*="
)
ENCRYPTED = re.compile(r".*\.(?:gpg|pgp)")
PUBLIC_RING = (b"\x98", b"\x99", b"\xc6", b"-----BEGIN PGP PUBLIC", b"-----BEGIN PGP SIGNATURE", b"\x88", b"\x89", b"\xc2")
"""First bytes of OpenPGP files that hold public keys or signatures (RFC 9580, section 4.2)."""
STATE_FILES = _pattern(
    r".*\.tfstate(?:\..*)?|.*\.(?:sqlite3?|db3?|s3db|sqlitedb|mdb|accdb|rdb|aof|ibd|frm|myd|ldb|realm)(?:-(?:wal|shm|journal))?",
    r".*\.(?:dump|dmp|mdmp|hprof|pgdump|pg_dump|sql\.(?:gz|bz2|xz|zst|zip|7z|\d+)|ldif|bson|core)|core\.\d+",
    r"(?:.*[._\ -])?dump(?:[._\ -][\w.-]*)?\.(?:json|jsonl|gz|tgz|zip|tar|bz2|xz|7z|archive)|pgdata\..*",
    r"(?:.*[._-])?(?:dump|backup|bak|export|prod|production|live)[\w.-]*\.sql",
)
DUMP = re.compile(
    rb"-- (?:MySQL|MariaDB|PostgreSQL|phpMyAdmin|pg_dump|Adminer|HeidiSQL|SQLite)[^\n]*?dump|(?:^|\n)PRAGMA foreign_keys=OFF;\s*BEGIN|"
    rb"(?:^|\n)(?:INSERT\s+INTO|COPY\s+\S+[^\n]*FROM\s+stdin)\b|^SQLite format 3\x00|^PGDMP",
    re.IGNORECASE,
)
SQL = re.compile(r".*\.sql|[^.]*")
DUMP_TITLE = re.compile(rb"^-- (?:MySQL|MariaDB|PostgreSQL|phpMyAdmin)[^\n]* (?:dump|SQL Dump)", re.IGNORECASE)
LEFTOVERS = _pattern(
    r".+~|\#.*\#|\.\#.*|~\$.*|\.~lock\..*\#",
    r".*\.(?:bak|backup|old|orig|rej|save|autosave|sw[a-p]|un~|tmp|temp|part|crdownload|kate-swp)(?:\d*|\.\d+)?",
    r"\.ds_store|thumbs\.db|desktop\.ini|ehthumbs\.db|icon\r|.*[.]sync-conflict-\d{8}-.*|.*\((?:.*'s\ )?conflicted\ copy.*\).*",
)
TOOL_FILES = _pattern(
    r".*\.(?:canvas|base|code-workspace|sublime-workspace|sublime-project|iml|py[cod]|edtz|loom)|package-lock\.json|yarn\.lock",
    r"pnpm-lock\.yaml",
)
DRAWINGS = (".excalidraw.md", ".excalidraw")
TOOL_FOLDERS = frozenset(
    {
        ".obsidian",
        ".trash",
        ".git",
        ".hg",
        ".svn",
        ".vscode",
        ".idea",
        ".logseq",
        ".foam",
        ".dendron",
        ".smart-env",
        ".makemd",
        ".space",
        ".ipynb_checkpoints",
        ".venv",
        "venv",
        "node_modules",
        "bower_components",
        "__pycache__",
        ".stfolder",
        ".stversions",
        ".sync",
    }
)
SECRET_FOLDERS = frozenset(
    {".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".gcloud", ".password-store", "password-store", ".vault", ".terraform"}
)


def file_kind(path: str, head: bytes = b"") -> FileKind | None:
    """The kind of a file that is not meant for readers, by its path and its first bytes; None for all other files."""
    *folders, name = path.casefold().split("/")
    found = _folder_kind(folders)
    if found:
        return found
    if name.endswith(DRAWINGS):
        return FileKind(FileCategory.TOOL, "a drawing of Excalidraw, as its plugin keeps it")
    plain = bool(PLAIN.fullmatch(name))
    if plain and name[0] not in ".~#" and "conflict" not in name:
        return None
    leftover = LEFTOVERS.fullmatch(name)
    secret = _secret(_original(name) if leftover else name, head)
    if secret:
        return FileKind(FileCategory.CONFIDENTIAL, secret)
    if leftover:
        return FileKind(FileCategory.LEFTOVER, "a copy that an editor, a system or a sync program left")
    if plain:
        return None
    if STATE_FILES.fullmatch(name) or (SQL.fullmatch(name) and DUMP.search(head)) or DUMP_TITLE.match(head):
        return FileKind(FileCategory.STATE, "a database, a dump or the state of a program")
    if TOOL_FILES.fullmatch(name):
        return FileKind(FileCategory.TOOL, "data of the program it was made with")
    return None


def needs_head(path: str) -> bool:
    """Whether the first bytes of a file decide its kind, because its name does not."""
    name = path.rpartition("/")[2].casefold()
    return any(pattern.fullmatch(name) for pattern in (PERHAPS_KEYS, ENCRYPTED, SQL))


def _folder_kind(folders: list[str]) -> FileKind | None:
    for depth, folder in enumerate(folders):
        where = "/".join(folders[: depth + 1])
        if folder in SECRET_FOLDERS:
            return FileKind(FileCategory.CONFIDENTIAL, f"{folder} holds keys or passwords", where)
        if folder in TOOL_FOLDERS:
            return FileKind(FileCategory.TOOL, f"{folder} holds data of a program", where)
    return None


def _original(name: str) -> str:
    """The name of the file of which a leftover is a copy."""
    return re.sub(r"~$|\.(?:bak|backup|old|orig|save|sw[a-p]|tmp|temp)\d*$", "", name.strip("#"))


def _secret(name: str, head: bytes) -> str:
    """Names the secret in a file, in words for a message; empty where there is none."""
    if EXAMPLE.search(name) or PLAIN.fullmatch(name):
        return ""
    if ENVIRONMENT.fullmatch(name):
        return "environment variables, which often hold passwords"
    if KEY_FILES.fullmatch(name):
        return "a private key or a store of keys"
    if CREDENTIAL_FILES.fullmatch(name):
        return "passwords or credentials"
    if PERHAPS_KEYS.fullmatch(name) and PRIVATE_KEY.search(head):
        return "a private key"
    if ENCRYPTED.fullmatch(name) and not head.startswith(PUBLIC_RING):
        return "an encrypted file, such as of a password store"
    return ""
