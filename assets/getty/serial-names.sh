# shellcheck shell=sh
# Which terminals are serial ports: on the board, on USB, of the device as a USB gadget, and of virtual boards.

is_serial() {
    case $1 in
        /dev/ttymxc* | /dev/ttyLP* | /dev/ttyS* | /dev/ttyUSB* | /dev/ttyACM* | /dev/ttyGS* | /dev/ttyAMA*) return 0 ;;
    esac
    return 1
}
