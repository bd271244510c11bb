# shellcheck shell=sh disable=SC2034
# Where everything lies. Below /data what is ours; in /etc, whose changes lie on /data too, only small files that point there.

root=${MODUCOP_TUI_ROOT:-}
home=$root/data/moducop_tui
program=$home/program
current=$program/current
previous=$program/previous
commands=$home/bin

etc=$root/etc
path_snippet=$etc/profile.d/moducop-tui.sh
serial_snippet=$etc/profile.d/moducop-tui-serial.sh
own_etc=$etc/moducop_tui
login_program=$own_etc/console-then-login
getty_directory=$etc/systemd/system/serial-getty@.service.d
getty_file=$getty_directory/moducop-tui.conf
