# Opens the console after a login on the serial port; leaving it gives this shell. Written by moducop-tui-setup.
# To have the shell at once: touch /data/moducop_tui/no-console
case $- in
    *i*)
        # Only what is of who logs in, and nobody else may write to.
        # shellcheck disable=SC3067
        if [ -x /data/moducop_tui/program/current/getty/at-login ] && [ ! -L /data/moducop_tui ] &&
            [ -O /data/moducop_tui/.. ] && [ -O /data/moducop_tui ] && [ -O /data/moducop_tui/program/current/getty/at-login ]; then
            # Above it others may have files of their own (sticky), as long as they can't exchange ours.
            case $(ls -ldn /data/moducop_tui/..) in
                d????-??-* | d????????[tT]*)
                    case $(ls -ldn /data/moducop_tui) in
                        d????-??-*) /data/moducop_tui/program/current/getty/at-login ;;
                    esac
                    ;;
            esac
        fi
        ;;
esac
