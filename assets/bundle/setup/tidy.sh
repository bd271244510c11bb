# shellcheck shell=sh
# Clears away what is not needed: copies that a power cut left half done, and versions older than the one before.

remove_unfinished() {
    rm -rf "$program"/.unfinished-* "$program"/.current.* "$program"/.previous.* "$commands"/.moducop-tui*
}

# The processes, by number, whose program lies below a directory.
users_of() {
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe" 2>/dev/null) in
            "$1"/*) printf '%s ' "${process#/proc/}" ;;
        esac
    done
}

tidy_versions() {
    newest=$(leads_to "$current")
    before=$(leads_to "$previous")
    for version in "$program"/*; do
        name=${version##*/}
        case $name in
            current | previous | "$newest" | "$before") continue ;;
        esac
        [ -d "$version" ] || continue
        # A console that is open still loads modules from there; the next setup takes it.
        [ -n "$(users_of "$version")" ] || rm -rf "$version"
    done
}
