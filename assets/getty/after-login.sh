# Opens the console after a login on the serial port; leaving it gives this shell. Written by moducop-tui-setup.
# To have the shell at once: touch /data/moducop_tui/no-console
case $- in
    *i*)
        if [ -x /data/moducop_tui/program/current/getty/at-login ]; then
            /data/moducop_tui/program/current/getty/at-login
        fi
        ;;
esac
