# Inside the jail. Arguments: LibreOffice's programs, the profile's settings.
# Standard input: extension, extension, filter to read with (or empty), filter to write with, a line each; then the document.
set -u
umask 077
mkdir -p /tmp/profile/user /tmp/out || exit 1
printf '%s' "$2" >/tmp/profile/user/registrymodifications.xcu || exit 1
set -- "$1" --headless --norestore --nologo --nodefault --nolockcheck --nofirststartwizard \
  -env:UserInstallation=file:///tmp/profile
programs=$1
shift

# The first start fills the profile and ends; the second waits for orders at its pipe.
"$programs/soffice.bin" "$@" --terminate_after_init </dev/null >/dev/null 2>&1
rm -f /tmp/OSL_PIPE_*
"$programs/soffice.bin" "$@" </dev/null >/dev/null 2>&1 &
office=$!
until [ -e "$(echo /tmp/OSL_PIPE_*)" ]; do
  kill -0 "$office" || exit 2
  sleep 0.02
done
echo ready

read -r from && read -r to && read -r reads && read -r writes || exit 3
cat >"/tmp/in.$from" || exit 4
# Hands the order on and waits for the end of it.
[ -z "$reads" ] || set -- "$@" "--infilter=$reads"
"$programs/oosplash" "$@" --convert-to "$to:$writes" --outdir /tmp/out "/tmp/in.$from" \
  </dev/null >/dev/null 2>&1
[ -s "/tmp/out/in.$to" ] || exit 5
cat "/tmp/out/in.$to"
