# shellcheck shell=sh
# How the setup speaks: sentences, to a person.

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'moducop-tui-setup: %s\n' "$*" >&2
    exit 1
}

misused() {
    printf 'moducop-tui-setup: %s\n' "$*" >&2
    exit 2
}
