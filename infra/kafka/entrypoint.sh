#!/bin/bash
# Writes the broker's settings from the environment, gives a new disk its identity, and becomes the broker.
#   KAFKA_ADVERTISED           where clients of port 9092 find it, host:port; default 127.0.0.1:9092
#   KAFKA_ADVERTISED_EXTERNAL  where clients of port 9094 find it: for those outside the containers' network; without it the port is closed
#   KAFKA_HEAP                 most memory of the Java heap; default 512m
#   KAFKA_PROPERTIES           more settings, one `name=value` a line; these win
set -euo pipefail

advertised=${KAFKA_ADVERTISED:-127.0.0.1:9092}
listeners=PLAINTEXT://:9092,LOCAL://127.0.0.1:9095,CONTROLLER://127.0.0.1:9093
advertisements=PLAINTEXT://$advertised,LOCAL://127.0.0.1:9095,CONTROLLER://127.0.0.1:9093
if [ -n "${KAFKA_ADVERTISED_EXTERNAL:-}" ]; then
  listeners+=,EXTERNAL://:9094
  advertisements+=,EXTERNAL://$KAFKA_ADVERTISED_EXTERNAL
fi

settings=/data/server.properties
cat > "$settings" <<END
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:9093
controller.listener.names=CONTROLLER
inter.broker.listener.name=LOCAL
listeners=$listeners
advertised.listeners=$advertisements
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,LOCAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=/data/log
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=4000
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.cleaner.dedupe.buffer.size=16777216
${KAFKA_PROPERTIES:-}
END

if [ ! -e /data/log/meta.properties ]; then
  # 16 bytes as Kafka writes them; the first letter is no dash, which its tools would take for an option.
  id=A$(head -c 24 /dev/urandom | base64 -w0 | tr '+/' '-_' | cut -c2-21)A
  java -XX:TieredStopAtLevel=1 -cp '/opt/kafka/libs/*' kafka.tools.StorageTool format --standalone --cluster-id "$id" --config "$settings"
fi

exec java -Xms128m -Xmx"${KAFKA_HEAP:-512m}" -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true -cp '/opt/kafka/libs/*' kafka.Kafka "$settings"
