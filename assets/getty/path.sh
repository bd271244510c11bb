# The command moducop-tui, behind everything of the device's own. Written by moducop-tui-setup.
case :$PATH: in
    *:/data/moducop_tui/bin:*) ;;
    *) [ ! -d /data/moducop_tui/bin ] || PATH=$PATH:/data/moducop_tui/bin ;;
esac
