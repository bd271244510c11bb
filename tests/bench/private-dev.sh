# Sourced by the scripts that prepare a private mount namespace.

# private_dev DIR: make a /dev below DIR with the nodes that programs expect; the caller binds it over /dev.
private_dev() {
    mkdir -p "$1"
    mount -t tmpfs -o mode=755 none "$1"
    for node in null zero full random urandom tty; do
        cp -a "/dev/$node" "$1/$node"
    done
    ln -s pts/ptmx "$1/ptmx"
    ln -s /proc/self/fd "$1/fd"
    mkdir "$1/pts" "$1/shm"
    mount --bind /dev/pts "$1/pts"
    mount -t tmpfs none "$1/shm"
    case $RUN in
    /dev/shm/*) # the run's own directory stays where it is; what others share there is not seen
        mkdir "$1/shm/${RUN##*/}"
        mount --bind "$RUN" "$1/shm/${RUN##*/}"
        ;;
    esac
}
