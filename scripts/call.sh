#!/usr/bin/env bash
# call.sh: rings the hotline like a citizen would; `make call`.
#
#   make call                          13873112345 dials 12328
#   make call FROM=13912345678 TO=073112328
#   make call KEYS=1                   presses 1 four seconds after the answer
#   make call SAY='司机绕路，多收了二十元'   speaks other words
#
# The caller comes from 127.0.0.2, the address the demo trunk is known by. He
# speaks in a loop and stays until the hotline hangs up, Ctrl-C, or 10 minutes.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

FROM=${FROM:-13873112345}
TO=${TO:-12328}
KEYS=${KEYS:-}
SAY=${SAY:-你好，我想反映一下出租车拒载的问题。昨天晚上八点，在火车站门口，司机听说路近就不肯走。}
VAR=${YHT_VAR:-$ROOT/var}
CALLER=127.0.0.2

main() {
  [[ $FROM =~ ^\+?[0-9]{1,20}$ ]] || die "FROM=$FROM is not a telephone number"
  [[ $TO =~ ^\+?[0-9]{1,20}$ ]] || die "TO=$TO is not a telephone number"
  [[ $KEYS =~ ^[0-9*#]*$ ]] || die "KEYS=$KEYS: only 0-9 * # can be pressed"
  if ! [ -x "$TREE/usr/bin/sipp" ] || ! command -v espeak-ng sox >/dev/null; then
    "$ROOT/scripts/install.sh" asterisk speech
  fi
  local switch
  switch=$(switch_address)
  work=$(mktemp -d)
  trap 'hang_up; rm -rf "$work"' EXIT
  trap 'say "hanging up"; exit 0' INT TERM HUP
  voice
  scenario
  dial "$switch"
}

# switch_address prints host:port of the switch's SIP: the given one, else that
# of the running `make run`.
switch_address() {
  local address=${YHT_ASTERISK_SIP:-}
  if [ -z "$address" ] && [ -r "$VAR/run/sip" ]; then address=$(cat "$VAR/run/sip"); fi
  [ -n "$address" ] || address=127.0.0.1:${YHT_SIP_PORT:-12360}
  if [[ $address == 127.0.0.1:* ]] && ! port_taken udp "${address##*:}"; then
    die "nothing listens for calls at $address" "Start it first, in another terminal: make run"
  fi
  printf '%s' "$address"
}

# voice makes the caller's words, as 8 kHz µ-law, once for each text.
voice() {
  local spoken
  spoken=$VAR/speech/caller-$(printf '%s' "$SAY" | sha256sum | cut -c1-16).ulaw
  if [ ! -s "$spoken" ]; then
    mkdir -p "$VAR/speech"
    espeak-ng -v cmn -s 160 -w "$work/voice.wav" -- "$SAY"
    # A second of silence before the words begin again.
    sox "$work/voice.wav" -r 8000 -c 1 -t ul "$spoken.new" pad 0 1
    mv "$spoken.new" "$spoken"
  fi
  cp "$spoken" "$work/voice.ulaw"
}

# scenario writes the call with its key presses. SIPp sends them as an RTP stream
# of its own, so the voice pauses meanwhile: with two streams in turn a switch
# sees each packet as a new press. Per key 0.4 s, and 0.4 s before the first.
scenario() {
  local presses=''
  if [ -n "$KEYS" ]; then
    presses="<pause milliseconds=\"4000\"/>"
    presses+="<nop><action><exec rtp_stream=\"pause\"/><exec play_dtmf=\"$KEYS\"/></action></nop>"
    presses+="<pause milliseconds=\"$((1000 + 400 * ${#KEYS}))\"/>"
    presses+="<nop><action><exec rtp_stream=\"resume\"/></action></nop>"
  fi
  sed "s|<!-- KEYS -->|$presses|" "$ROOT/scripts/sipp/caller.xml" >"$work/caller.xml"
}

dial() {
  local sip_port rtp_port pid code=0 told=''
  sip_port=$(free_port udp 30000 30999)
  rtp_port=$((2 * $(free_port udp 15600 16300)))
  say "$FROM dials $TO at $1 (Ctrl-C hangs up)"
  # A process group and session of its own: Ctrl-C reaches us, not SIPp, and
  # we hang up properly.
  cd "$work"
  setsid "${TREE_LD[@]}" "$TREE/usr/bin/sipp" "$1" -sf caller.xml -s "$TO" -key from "$FROM" \
    -i "$CALLER" -p "$sip_port" -mp "$rtp_port" -m 1 -l 1 -aa -nostdin \
    -trace_logs -log_file answered.log -trace_err -error_file errors.log >sipp.log 2>&1 &
  pid=$!
  remember sipp.pid "$pid" || true
  while recall sipp.pid >/dev/null; do
    if [ -z "$told" ] && grep -qs answered answered.log; then
      told=yes
      say "answered; speaking until the other side hangs up"
    fi
    sleep 0.2
  done
  wait "$pid" || code=$?
  # The other side may hang up while keys are pressed: also an end.
  if [ "$code" != 0 ] && ! grep -qs 'unexpected BYE' errors.log; then
    refusal
  fi
  [ -n "$told" ] || ! grep -qs answered answered.log || say "answered"
  say "the call has ended"
}

# refusal says why the switch did not take the call.
refusal() {
  local reason
  reason=$(grep -aoE 'SIP/2\.0 [3-6][0-9][0-9] [^\r]*' errors.log 2>/dev/null | tail -n1 | cut -c9- || true)
  if [ -n "$reason" ]; then
    die "the hotline refused the call: $reason"
  fi
  show_log errors.log 15
  show_log sipp.log 15
  die "the call failed"
}

# hang_up: SIPp says BYE or CANCEL for the calls it has when told twice to quit.
hang_up() {
  local pid
  pid=$(recall "$work/sipp.pid") || return 0
  kill -USR1 "$pid" 2>/dev/null || true
  sleep 0.1
  kill -USR1 "$pid" 2>/dev/null || true
  end "$work/sipp.pid" CONT 3 TERM 1
}

main
