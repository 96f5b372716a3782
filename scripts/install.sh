#!/usr/bin/env bash
# Installs the program, the mount(8) helper for the type fuse.hotplugfs, the manual pages and the completions of bash, zsh and fish.
#
# usage: scripts/install.sh [--prefix DIR] [--destdir DIR] [--program FILE] [--uninstall]
#
#   --prefix DIR     install below this directory [default: /usr/local]: bin/hotplugfs, sbin/mount.fuse.hotplugfs,
#                    share/man/man8/hotplugfs.8, share/man/man5/hotplugfs-machine.5, share/bash-completion/completions/hotplugfs,
#                    share/zsh/site-functions/_hotplugfs, share/fish/vendor_completions.d/hotplugfs.fish, and
#                    share/hotplugfs/installed, the list of these files
#   --destdir DIR    put the files below DIR/PREFIX, to make a package
#   --program FILE   install this program instead of building it from the checkout
#   --uninstall      remove the files that were installed with this prefix
#
# mount(8) searches for helpers only in /sbin. For another prefix, root also gets the link /sbin/mount.fuse.hotplugfs, unless --destdir is
# given. Exit status: 0 on success, 1 on failure, 2 on a usage error.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
helper=mount.fuse.hotplugfs
prefix=/usr/local destdir='' program='' uninstall=''

cannot() {
    echo "install.sh: $*" >&2
    exit 1
}

usage() {
    echo "install.sh: $*" >&2
    echo "Try: scripts/install.sh --help" >&2
    exit 2
}

# absolute OPTION DIR: sets ABSOLUTE to the directory without trailing slashes.
absolute() {
    [[ $2 == /* ]] || usage "$1 \"$2\" is not an absolute path such as /usr/local"
    [[ $2 != *$'\n'* && $2/ != */../* ]] || usage "$1 must not contain .. or a line break"
    ABSOLUTE=$2
    while [[ $ABSOLUTE == */ ]]; do
        ABSOLUTE=${ABSOLUTE%/}
    done
}

read_options() {
    local option
    while [ $# -gt 0 ]; do
        option=$1
        case $option in
            --prefix | --destdir | --program) [ $# -gt 1 ] || usage "$option needs a value" ;;
        esac
        case $option in
            --prefix)
                absolute "$1" "$2"
                prefix=$ABSOLUTE
                shift
                ;;
            --destdir)
                absolute "$1" "$2"
                [ -n "$ABSOLUTE" ] || usage "--destdir / has no effect; leave it out"
                destdir=$ABSOLUTE
                shift
                ;;
            --program)
                program=$2
                shift
                ;;
            --uninstall) uninstall=yes ;;
            -h | --help)
                sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$self"
                exit 0
                ;;
            *) usage "unknown option \"$option\" (known: --prefix DIR, --destdir DIR, --program FILE, --uninstall)" ;;
        esac
        shift
    done
    [ -z "$uninstall" ] || [ -z "$program" ] || usage "--uninstall takes no --program"
}

# find_program: sets $program to a native program.
find_program() {
    if [ -z "$program" ]; then
        if [ "$(id -u)" -eq 0 ]; then
            # shellcheck source=scripts/lib/install.sh
            source "$root/scripts/lib/install.sh"
            install_missing gcc:gcc gcc:libc6-dev
        fi
        "$root/scripts/hotplugfs" --version > /dev/null
        program=$root/artifacts/program/hotplugfs
    fi
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then
        cannot "$program is not an executable file"
    fi
    program=$(readlink -f "$program")
    [ ! -f "${program%/*}/hotplugfs.dll" ] ||
        cannot "$program is not a native program and runs only in the checkout; install gcc or clang, remove $root/artifacts, and try again"
}

# made PATH: adds a path to the list of installed files.
made() {
    grep -qxF -- "$1" "$work/list" || printf '%s\n' "$1" >> "$work/list"
}

# directory PATH: creates a directory and its parents, below --destdir.
directory() {
    local error
    [ ! -d "$destdir$1" ] || return 0
    [[ $1 != /?*/* ]] || directory "${1%/*}"
    # Whatever the umask is, other users must reach the program.
    error=$(mkdir -m 755 -- "$destdir$1" 2>&1) || cannot "${error#mkdir: }: run as root, or choose another --prefix"
    made "$1"
}

# place MODE FROM TO: installs a file by renaming, so that a running program is not disturbed.
place() {
    local error
    directory "${3%/*}"
    [ ! -d "$destdir$3" ] || cannot "$destdir$3 is a directory; move it away"
    error=$(install -m "$1" -- "$2" "$destdir$3.new" 2>&1) || cannot "${error#install: }: run as root, or choose another --prefix"
    mv -fT -- "$destdir$3.new" "$destdir$3"
    made "$3"
}

# link TARGET FROM: installs a symbolic link.
link() {
    directory "${2%/*}"
    ln -sfn -- "$1" "$destdir$2.new"
    mv -fT -- "$destdir$2.new" "$destdir$2"
    made "$2"
}

# wants_link: true if mount(8) needs a link in /sbin to find the helper, and one may be made.
wants_link() {
    [ "$(id -u)" -eq 0 ] && [ -z "$destdir" ] && ! [ "$prefix/sbin" -ef /sbin ]
}

# remove_listed FILE: removes the listed files, and the listed directories that are empty then, the deepest first.
remove_listed() {
    local paths path
    mapfile -t paths < <(sort -r -- "$1")
    for path in "${paths[@]}"; do
        if [ "$path" = "/sbin/$helper" ] && [ -z "$destdir" ] && ! [ "$prefix/sbin" -ef /sbin ] &&
            [ "$(readlink "/sbin/$helper")" != "$prefix/sbin/$helper" ]; then
            # The link of another installation.
            continue
        fi
        if [ ! -d "$destdir$path" ] || [ -L "$destdir$path" ]; then
            rm -f -- "$destdir$path"
        fi
    done
    for path in "${paths[@]}"; do
        if [ -d "$destdir$path" ] && [ ! -L "$destdir$path" ]; then
            rmdir --ignore-fail-on-non-empty -- "$destdir$path"
        fi
    done
}

# finish: removes a failed installation. If it was to replace an older one, both can still be uninstalled.
finish() {
    if [ -s "$work/list" ] && [ ! -f "$work/done" ]; then
        if [ -f "$list" ]; then
            cp -- "$work/list" "$list" || true
        else
            remove_listed "$work/list"
        fi
    fi
    rm -rf "$work"
}

install_all() {
    find_program
    if wants_link && { [ -e "/sbin/$helper" ] || [ -L "/sbin/$helper" ]; } &&
        [ "$(readlink "/sbin/$helper")" != "$prefix/sbin/$helper" ]; then
        cannot "/sbin/$helper belongs to another installation; uninstall that, or remove the link"
    fi
    work=$(mktemp -d)
    trap finish EXIT
    if [ -f "$list" ]; then
        cp -- "$list" "$work/list"
    else
        : > "$work/list"
    fi
    "$program" --man > "$work/man"
    "$program" --machine-man > "$work/machine-man"
    "$program" --bash-completion > "$work/completion"
    "$program" --zsh-completion > "$work/zsh-completion"
    "$program" --fish-completion > "$work/fish-completion"
    [ -z "$destdir" ] || mkdir -p -- "$destdir"
    place 755 "$program" "$prefix/bin/hotplugfs"
    link ../bin/hotplugfs "$prefix/sbin/$helper"
    place 644 "$work/man" "$prefix/share/man/man8/hotplugfs.8"
    place 644 "$work/machine-man" "$prefix/share/man/man5/hotplugfs-machine.5"
    place 644 "$work/completion" "$prefix/share/bash-completion/completions/hotplugfs"
    place 644 "$work/zsh-completion" "$prefix/share/zsh/site-functions/_hotplugfs"
    place 644 "$work/fish-completion" "$prefix/share/fish/vendor_completions.d/hotplugfs.fish"
    if wants_link; then
        link "$prefix/sbin/$helper" "/sbin/$helper"
    fi
    directory "$prefix/share/hotplugfs"
    made "$prefix/share/hotplugfs/installed"
    place 644 "$work/list" "$prefix/share/hotplugfs/installed"
    : > "$work/done"
    echo "installed hotplugfs $("$program" --version), its manual page and completion, and $helper in $destdir$prefix"
    if wants_link; then
        echo "linked /sbin/$helper to $prefix/sbin/$helper, for mount -t fuse.hotplugfs"
    fi
    if [ -z "$destdir" ] && [ ! "/sbin/$helper" -ef "$prefix/sbin/$helper" ]; then
        echo "for mount -t fuse.hotplugfs, root must create a link where mount(8) searches: ln -s $prefix/sbin/$helper /sbin/"
    fi
}

uninstall_all() {
    local path
    [ -f "$list" ] || cannot "nothing is installed with this prefix: $list is missing"
    [ -w "${list%/*}" ] || cannot "$list cannot be removed; uninstall as the user who installed it"
    while IFS= read -r path; do
        if [[ $path/ == */../* || $path/ != "$prefix"/* && $prefix/ != "$path"/* && $path != "/sbin/$helper" ]]; then
            cannot "$list names $path, which is outside the prefix; nothing was removed"
        fi
    done < "$list"
    remove_listed "$list"
    echo "uninstalled from $destdir$prefix"
}

read_options "$@"
list=$destdir$prefix/share/hotplugfs/installed
if [ -n "$uninstall" ]; then
    uninstall_all
else
    install_all
fi
