# Sourced by the scripts whose worlds have a container engine of their own.

# join_control_groups SCRIPT: join the run's control groups (JOIN, cgroup.procs files) and begin anew with these as the
# roots of all: what Docker or Podman make there lies below them and goes with them. Returns when that is done.
join_control_groups() {
    [ -n "$JOIN" ] || return 0
    for procs in $JOIN; do echo $$ >"$procs"; done
    JOIN='' exec unshare --cgroup -- "$1"
}

# Mount the same hierarchies again, which now show this namespace's part only.
own_control_groups() {
    hierarchies=$(awk '{ for (i = 7; $i != "-"; i++); if ($(i+1) ~ /^cgroup2?$/) print $5, $(i+1), $(i+3) }' /proc/self/mountinfo)
    mkdir -p "$RUN/cgroup"
    echo "$hierarchies" | while read -r place type options; do
        name=${place#/sys/fs/cgroup}
        mkdir -p "$RUN/cgroup$name"
        mount -t "$type" -o "$options" none "$RUN/cgroup$name"
    done
    mount --rbind "$RUN/cgroup" /sys/fs/cgroup
}
