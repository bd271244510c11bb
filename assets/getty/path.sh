# The command moducop-tui, behind everything of the device's own. Written by moducop-tui-setup.
case :$PATH: in
    *:/data/moducop_tui/bin:*) ;;
    *)
        # Only what is of who logs in, and nobody else may write to: else others would put commands into root's PATH.
        # shellcheck disable=SC3067
        if [ -O /data/moducop_tui/bin/../.. ] && [ -O /data/moducop_tui/bin/.. ] && [ -O /data/moducop_tui/bin ]; then
            # Above it others may have files of their own (sticky), as long as they can't exchange ours.
            case $(ls -ldn /data/moducop_tui/bin/../..) in
                d????-??-* | d????????[tT]*)
                    case $(ls -ldn /data/moducop_tui/bin/..) in
                        d????-??-*) PATH=$PATH:/data/moducop_tui/bin ;;
                    esac
                    ;;
            esac
        fi
        ;;
esac
