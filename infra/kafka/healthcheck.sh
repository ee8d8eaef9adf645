#!/bin/bash
# Healthy when the broker answers a Metadata request and knows a broker: an open port may belong to one that is not ready. No Java is started for it.
set -euo pipefail
exec 3<>/dev/tcp/127.0.0.1/9092
# Size 15, Metadata (3) version 4, correlation id 7, no client id, no topics, none to be made.
printf '\0\0\0\x0f\0\x03\0\x04\0\0\0\x07\xff\xff\0\0\0\0\0' >&3
# Answer: size, correlation id, throttle time, count of brokers; four bytes each.
answer=$(timeout 3 head -c 16 <&3 | od -An -v -tx1 | tr -d ' \n')
[ "${answer:8:8}" = 00000007 ] && [ "${answer:24:8}" != 00000000 ]
