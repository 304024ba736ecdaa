#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tracer giosocketrecord in a program that knows nothing of it, and the replay of what it wrote.
# usage: test-record.sh GIOSOCKET-REPLAY
set -u

replay=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0
plain='plain|tcpclientsink host=%h port=%p'

fail() {
  echo "FAILED: $claim: $*"
  sed 's/^/  | /' "$dir/out" "$dir/err"
  failures=$((failures + 1))
}

# record TRACERS PIPELINE: what it prints is in out and err.
record() {
  # shellcheck disable=SC2086
  GST_TRACERS=$1 gst-launch-1.0 -q $2 > "$dir/out" 2> "$dir/err" || fail "exit status $?"
}

# rows FILE KIND: what stands in the column iov, joined by spaces.
rows() {
  sed -n "s/^[0-9]*,1,$2,\([^,]*\),\$/\1/p" "$1" | tr '\n' ' '
}

# equal ACTUAL EXPECTED
equal() {
  [ "$1" = "$2" ] || fail "'$1' instead of '$2'"
}

says() {
  grep -qF -- "$1" "$dir/out" "$dir/err" || fail "does not say '$1'"
}

claim='each buffer is a row, behind the names of the columns'
record "giosocketrecord(pad=sink:sink,file=$dir/one.csv)" \
  'fakesrc num-buffers=3 sizetype=fixed sizemax=70 ! fakesink name=sink'
equal "$(rows "$dir/one.csv" sendmsg)" '70 70 70 '
equal "$(grep -v '^#' "$dir/one.csv" | head -n 1)" 't_us,conn,kind,iov,ret'
equal "$(grep '^# connections:' "$dir/one.csv")" '# connections: 1=sink:sink'

claim='each memory of a buffer list is in its row'
record "giosocketrecord(pad=aggregate:src,file=$dir/list.csv)" \
  'fakesrc num-buffers=3 sizetype=fixed sizemax=5000 ! writeaggregate name=aggregate max-latency=20000000000
   max-bytes=12000 ! fakesink'
equal "$(rows "$dir/list.csv" sendmsg)" '5000+5000 5000 '

claim='cork events are rows in their places, and a source pad can be recorded as well as a sink pad'
record "giosocketrecord(pad=cork:src,file=$dir/cork.csv)" \
  'fakesrc num-buffers=2 sizetype=fixed sizemax=9 ! tcpcork name=cork quiet-time=0 max-latency=20000000000 ! fakesink'
equal "$(grep -v '^[#t]' "$dir/cork.csv" | cut -d, -f3- | tr '\n' ' ')" \
  'cork-on,, sendmsg,9, sendmsg,9, cork-off,, '

claim='two pads are recorded into two files, one of them compressed'
record "giosocketrecord(pad=tee:src_0,file=$dir/a.csv.gz);giosocketrecord(pad=b:sink,file=$dir/b.csv)" \
  'fakesrc num-buffers=200 sizetype=fixed sizemax=11 ! tee name=tee tee. ! queue ! fakesink tee. ! queue ! fakesink name=b'
gzip -dc "$dir/a.csv.gz" > "$dir/a.csv" || fail 'the compressed file is not whole'
equal "$(rows "$dir/a.csv" sendmsg | wc -w)" 200
equal "$(rows "$dir/b.csv" sendmsg | wc -w)" 200

claim='what was recorded is replayed'
"$replay" --trace="$dir/a.csv.gz" --conn=1 --speed=max --contestant="$plain" > "$dir/out" 2> "$dir/err" ||
  fail "exit status $?"
says 'connection 1: 200 writes, 2200 bytes'

claim='rows are on the disk at EOS, whatever becomes of the program then'
(
  GST_TRACERS="giosocketrecord(pad=sink:sink,file=$dir/killed.csv)"
  export GST_TRACERS
  exec gst-launch-1.0 fakesrc num-buffers=4 sizetype=fixed sizemax=5 ! fakesink name=sink \
    fakesrc is-live=true ! fakesink
) > "$dir/out" 2> "$dir/err" &
program=$!
tries=0
until [ -s "$dir/killed.csv" ] && [ "$(rows "$dir/killed.csv" sendmsg)" = '5 5 5 5 ' ]; do
  tries=$((tries + 1))
  [ "$tries" -le 300 ] || break
  sleep 0.1
done
kill -KILL "$program"
wait "$program" 2> /dev/null
equal "$(rows "$dir/killed.csv" sendmsg)" '5 5 5 5 '

claim='a file that cannot be written is one line, and the pipeline goes on'
record "giosocketrecord(pad=sink:sink,file=$dir/none/x.csv)" 'fakesrc num-buffers=1 ! fakesink name=sink'
says "could not create '$dir/none/x.csv': No such file or directory"
record 'giosocketrecord(pad=sink:sink,file=/dev/full)' 'fakesrc num-buffers=9000 ! fakesink name=sink'
says "could not write '/dev/full'"
equal "$(wc -l < "$dir/err")" 1

claim='parameters that are wrong are named'
for parameters in '' '(pad=sink,file=x)' '(pad=sink:sink)' '(file=x)' '(pad=sink:sink,file=x,more=1)' \
  '(pad=1,file=2)'; do
  record "giosocketrecord$parameters" 'fakesrc num-buffers=1 ! fakesink name=sink'
  says 'expected pad=ELEMENT:PAD,file=PATH; nothing is recorded'
done

[ "$failures" -eq 0 ]
