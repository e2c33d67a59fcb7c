"""Watches and holds BAMF's sessions from inside an API pod: one JSON line in, one JSON line out.

It keeps new tunnels off a bridge, by its scores and its status, until the bridge has registered again and its tunnel port answers. While a bridge stops, it keeps the sessions of open tunnels,
since the end of each tunnel deletes its session and without it no client comes back, and has the API refuse what the bridge says, since its drain would tell agents to
move whose clients are told something else. What it holds is noted in hashes of its own, with a name of its own: whoever notes another name has taken over. Of agents it
keeps old instances from being chosen while new ones of the same agent can be. When its input ends, or is silent for too long, it gives back what it holds; what a bridge
needs that already stops it holds until that one is back.
"""

import hashlib
import json
import os
import queue
import signal
import socket
import ssl
import sys
import threading
import time

import redis

FAR = 1_000_000_000
HELD = "gateways:held"
WITHHELD = "gateways:withheld"
OWNER = os.urandom(8).hex()
# Seconds.
SILENCE = float(os.environ.get("GATEWAYS_SILENCE", "30"))
REVIVED_LIFE = 300
HEARTBEAT_LIFE = 180
# When a client tries again after its bridge has gone, and how late it may be; how long a reconnect may be under way in the API.
TRIES = (0, 2, 6, *range(14, 135, 10))
LATE, UNDER_WAY = 1.5, 0.5
# How long a stopping bridge is refused: the words of its drain come at once, and an upload of a recording, which is tried again for 14 s, gets through afterwards.
REFUSED = 3.0
# How long it may take until a bridge is watched, and how often somebody looks whether that is over.
WATCHED_WITHIN, LOOK = 5.0, 1.0
# How long a bridge that has answered a request gets to go on to the one behind it.
TAKEN_UP = 0.1
FAST, BRISK, SLOW, SLOWEST = 0.004, 0.02, 0.3, 2.0
# States in which nothing is held any more: it is back, somebody has let it go, another run has taken over.
OVER = ("returned", "lost", "taken")


def connect():
    return redis.Redis.from_url(
        os.environ.get("BAMF_REDIS_URL", "redis://localhost:6379"),
        decode_responses=True,
        socket_timeout=5,
        socket_connect_timeout=5,
    )


store = connect()

# In one step, so that a bridge that is given back at this moment is not held again. One that has registered anew is held until its tunnel port answers: it
# registers before its pod is ready, and until then its Service leads nowhere. The hash is written only if it is there: one without a host leads nowhere.
# A bridge that is told to stop by somebody else says so in the same words, and is taken out of the sets, into which the end of a tunnel brings it back below zero: its score
# is twice as far from then on, and nobody gives it back. A score of zero is none of that: a registration or a heartbeat was under way when it was held.
HOLD = store.register_script(
    """
local mark = redis.call('HGET', KEYS[1], ARGV[1])
if not mark then return {'lost', ''} end
if not string.find(mark, ARGV[2], 1, true) then return {'taken', ''} end
local at = redis.call('HGET', KEYS[2], 'registered_at')
local score = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[4]) or '-1')
local far = tonumber(ARGV[3])
local stops = redis.call('HGET', KEYS[2], 'status') == 'draining' and (score < 0 or score > 1.5 * far)
local back = at and ARGV[6] == '1' and at ~= ARGV[5]
if back and ARGV[7] == '1' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  if redis.call('HGET', KEYS[2], 'status') == 'draining' and not stops then
    local tunnels = math.max(0, tonumber(redis.call('HGET', KEYS[2], 'active_tunnels') or '0') or 0)
    redis.call('HSET', KEYS[2], 'status', 'ready')
    for i = 3, #KEYS do redis.call('ZADD', KEYS[i], tunnels, ARGV[4]) end
  end
  return {'returned', at}
end
if at then redis.call('HSET', KEYS[2], 'status', 'draining') end
for i = 3, #KEYS do redis.call('ZADD', KEYS[i], stops and 2 * far or far, ARGV[4]) end
return {back and 'registered' or at and 'held' or 'away', at or ''}
"""
)

GIVE_BACK = store.register_script(
    """
local mark = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[2] ~= '' and not (mark and string.find(mark, ARGV[2], 1, true)) then return 'lost' end
redis.call('HDEL', KEYS[1], ARGV[1])
local status = redis.call('HGET', KEYS[2], 'status')
if status ~= 'draining' then return status and 'serves' or 'away' end
local score = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[3]) or '-1')
if score < 0 or score > 1.5 * tonumber(ARGV[4]) then return 'stops' end
local tunnels = math.max(0, tonumber(redis.call('HGET', KEYS[2], 'active_tunnels') or '0') or 0)
redis.call('HSET', KEYS[2], 'status', 'ready')
for i = 3, #KEYS do redis.call('ZADD', KEYS[i], tunnels, ARGV[3]) end
return 'given back'
"""
)

# As text: whatever else the product notes about an instance stays as it is.
SET_STATUS = store.register_script(
    """
local text = redis.call('HGET', KEYS[1], ARGV[1])
if not text then return 0 end
local from = '"status"(%s*):(%s*)"' .. ARGV[2] .. '"'
local changed, count = string.gsub(text, from, '"status"%1:%2"' .. ARGV[3] .. '"')
if count > 0 then redis.call('HSET', KEYS[1], ARGV[1], changed) end
return count
"""
)


def parsed(text):
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def all_sessions():
    keys = [key for key in store.scan_iter("session:*", count=1000) if key.count(":") == 1]
    values = store.mget(keys) if keys else []
    return {key: value for key, value in zip(keys, values) if value is not None}


def instances_of(agent):
    """Instances among which the product chooses, and those that this program keeps from being chosen."""
    turned = {field.split(" ")[2] for field in store.hkeys(HELD) if field.startswith(f"agent {agent} ")}
    found = set()
    for name, text in store.hgetall(f"agent:{agent}:instances").items():
        about = parsed(text)
        if is_fresh(about) and (about.get("status") != "draining" or name in turned):
            found.add(name)
    return found


def heartbeats_of(agent):
    """When each instance was heard last, as the API has noted it."""
    found = store.hgetall(f"agent:{agent}:instances")
    return {name: parsed(text).get("last_heartbeat") for name, text in found.items()}


def set_status(agent, instance, old, new):
    return SET_STATUS(keys=[f"agent:{agent}:instances"], args=[instance, old, new])


def sets_of(bridge, keys):
    """Every sorted set from which the product chooses this bridge."""
    field, whole = keys.get("edgeField"), keys["available"]
    edge = store.hget(f"bridge:{bridge}", field) if field else None
    sets = {whole} | ({f"{whole}:{edge}"} if edge else set())
    for key in store.scan_iter(f"{whole}:*", count=1000):
        if store.zscore(key, bridge) is not None:
            sets.add(key)
    return sorted(sets)


def is_fresh(about):
    return time.time() - float(about.get("last_heartbeat") or 0) <= HEARTBEAT_LIFE


def note_held(field, about):
    store.hset(HELD, field, json.dumps({"owner": OWNER, **about}))


def choose_again(field):
    """An instance that this program, or an earlier one, has kept from being chosen."""
    _, agent, instance = field.split(" ", 2)
    done = set_status(agent, instance, "draining", "active")
    store.hdel(HELD, field)
    return done


def restore_withheld():
    """Sessions that a run has taken out, and that nobody has put back."""
    for key, text in store.hgetall(WITHHELD).items():
        store.set(key, parsed(text).get("text") or "", ex=REVIVED_LIFE, nx=True)
        store.hdel(WITHHELD, key)


def tls_to(address):
    """A TLS connection, and so a first byte. It shows no certificate, and so gets no further where one is wanted."""
    host, port = address.rsplit(":", 1)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection((host, int(port)), timeout=5), server_hostname=host)


def begin_request(address):
    """A request that is never whole, which the bridge has taken up: it answers another one that comes with it. Its own answer waits for its body, as with each server of Go's net/http."""
    connection = tls_to(address)
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: bridge\r\n\r\nPOST /health HTTP/1.1\r\nHost: bridge\r\nContent-Length: 1\r\n\r\n")
    connection.recv(1)
    # It goes on to the second one after that, and hangs up if it stops before.
    time.sleep(TAKEN_UP)
    return connection


def is_named(certificate, name):
    """Whether this is the subject's common name: bridges may share a certificate of the operator's, and one of them must not be refused for another."""
    common_name = b"\x06\x03\x55\x04\x03"
    return any(common_name + bytes([kind, len(name)]) + name.encode() in certificate for kind in (0x0C, 0x13))


def let_in(key, fingerprint):
    """Takes a certificate out of the list in which only this program has put it."""
    pipe = store.pipeline()
    pipe.srem(key, fingerprint)
    pipe.hdel(HELD, f"certificate {fingerprint}")
    pipe.execute()


def let_in_left():
    """Certificates that another run has left in the list."""
    done = 0
    for field, text in store.hgetall(HELD).items():
        if field.startswith("certificate "):
            let_in(parsed(text).get("list") or "", field.split(" ", 1)[1])
            done += 1
    return done


class Watch(threading.Thread):
    """Knows when a bridge stops, and has the API refuse it from then on, as if it had been killed: killed bridges lose no tunnel, since they say nothing.

    What a stopping bridge says does harm: the end of each tunnel deletes its session, and its drain has the API tell agents to move to one bridge while their clients are
    told another. Such an agent waits there for 30 s. The first thing that a bridge does when it stops is to end each connection whose handshake is not through, before it
    says anything. One such connection is held here. When it ends, the bridge's certificate goes into the list of revoked ones, in Redis alone and for some seconds.

    Without a processor this may come too late. Before a bridge asks for the drain it waits for the requests that are under way at its HTTPS port; one is begun there, and
    ends once the bridge is refused, or with this process.
    """

    def __init__(self, bridge, address, requests, denied):
        super().__init__(daemon=True)
        self.bridge, self.address, self.requests, self.denied = bridge, address, requests, denied
        self.stopped_at, self.fingerprint = None, None
        self.lock, self.ready, self.over, self.refused = threading.Lock(), threading.Event(), threading.Event(), threading.Event()
        self.store = connect()

    def run(self):
        try:
            with self.open() as connection:
                # Beside, since a name that leads nowhere may take seconds.
                threading.Thread(target=self.delay, daemon=True).start()
                self.wait(connection)
            if self.stopped_at is not None:
                self.refuse()
        except (OSError, ValueError, redis.RedisError):
            pass
        finally:
            self.refused.set()
            self.ready.set()

    def delay(self):
        """Where nothing answers the refusal races the drain."""
        try:
            if self.requests and self.fingerprint is not None:
                with begin_request(self.requests):
                    self.ready.set()
                    self.refused.wait()
        except (OSError, ValueError):
            pass
        finally:
            self.ready.set()

    def open(self):
        """Notes the certificate before it can be listed: whoever comes later finds it."""
        if self.denied:
            with tls_to(self.address) as connection:
                certificate = connection.getpeercert(True)
            fingerprint = hashlib.sha256(certificate).hexdigest()
            with self.lock:
                if is_named(certificate, self.bridge) and not self.over.is_set():
                    note_held(f"certificate {fingerprint}", {"list": self.denied})
                    self.fingerprint = fingerprint
        self.store.ping()
        host, port = self.address.rsplit(":", 1)
        return socket.create_connection((host, int(port)), timeout=LOOK)

    def wait(self, connection):
        while not self.over.is_set():
            try:
                connection.recv(1)
                break
            except socket.timeout:
                # So that this connection to Redis is there when it counts.
                self.store.ping()
            except OSError:
                break
        if not self.over.is_set():
            self.stopped_at = time.monotonic()

    def refuse(self):
        with self.lock:
            if self.over.is_set() or self.fingerprint is None:
                return
            self.store.sadd(self.denied, self.fingerprint)
        self.refused.set()
        self.over.wait(REFUSED)
        self.end()

    def end(self):
        with self.lock:
            self.over.set()
            if self.fingerprint is None:
                return
            # Whoever has taken over since refuses it for itself.
            mark = parsed(store.hget(HELD, f"certificate {self.fingerprint}"))
            if mark.get("owner") == OWNER:
                let_in(self.denied, self.fingerprint)
            self.fingerprint = None


class Guard:
    """Keeps each session where the end of its tunnel deletes it: all of them, since one that came back once may name a bridge that it left long ago.

    A reconnect meets the instance of the agent that has the fewest tunnels, and only the one that holds the tunnel can go on with it. So where an agent has
    several, they take turns: one of them can be chosen, and of the others' sessions none is there. Clients try again, and come in their turn.
    """

    def __init__(self, bridge, sets):
        self.bridge, self.sets = bridge, sets
        self.newest = all_sessions()
        self.first = {key: parsed(text).get("bridge_id") for key, text in self.newest.items()}
        pipe = store.pipeline(transaction=False)
        for key in self.newest:
            pipe.pttl(key)
        now = time.time()
        self.expires = {key: now + max(left, 0) / 1000 for key, left in zip(self.newest, pipe.execute())}
        self.issued = {key: parsed(text).get("created_at") for key, text in self.newest.items()}
        self.told = {}
        self.events, self.stop_seen = [], None
        self.last = time.monotonic()
        self.settled, self.revived, self.moved = {}, set(), set()
        self.turns, self.current, self.withheld = self.plan_turns(), 0, set()
        self.opens_at = self.ends_at = None
        self.take_turn(0)
        if self.turns:
            self.open_turn()

    def plan_turns(self):
        holders = {}
        for key, text in self.newest.items():
            about = parsed(text)
            if about.get("bridge_id") == self.bridge and about.get("agent_id"):
                agent = holders.setdefault(about["agent_id"], {})
                agent.setdefault(about.get("instance_id"), set()).add(key)
        turns = []
        for agent, instances in sorted(holders.items()):
            live = instances_of(agent)
            if len(live) < 2:
                continue
            for place, instance in enumerate(sorted(set(instances) & live, key=lambda it: -len(instances[it]))):
                while len(turns) <= place:
                    turns.append([])
                turns[place].append({"agent": agent, "instance": instance, "others": live - {instance}, "keys": instances[instance]})
        return turns

    def unmoved(self, turn):
        return [key for part in self.turns[turn] for key in part["keys"] if not self.has_moved(key)]

    def take_turn(self, turn):
        """First what must not be met goes; what may be met comes when no reconnect is under way any more that has met another one."""
        if not self.turns:
            return
        self.current, self.ends_at = turn, None
        mine = {key for part in self.turns[turn] for key in part["keys"]}
        away = {key for other in self.turns for part in other for key in part["keys"]} - mine
        for key in away - self.withheld:
            if not self.has_moved(key) and self.take_out(key):
                self.withheld.add(key)
        self.opens_at = time.monotonic() + UNDER_WAY

    def open_turn(self):
        self.opens_at = None
        for part in self.turns[self.current]:
            for other in part["others"]:
                note_held(f"agent {part['agent']} {other}", {})
                set_status(part["agent"], other, "active", "draining")
            set_status(part["agent"], part["instance"], "draining", "active")
            store.hdel(HELD, f"agent {part['agent']} {part['instance']}")
        mine = {key for part in self.turns[self.current] for key in part["keys"]}
        self.put_back(self.withheld & mine)

    def take_out(self, key):
        """False if it has just come back: then it stays."""
        pipe = store.pipeline()
        pipe.hset(WITHHELD, key, json.dumps({"owner": OWNER, "text": self.newest[key]}))
        pipe.get(key)
        pipe.delete(key)
        text = pipe.execute()[1]
        if text in (None, self.newest[key]):
            return True
        self.newest[key] = text
        self.put_back([key])
        self.note(key)
        return False

    def put_back(self, keys):
        pipe = store.pipeline()
        for key in keys:
            pipe.set(key, self.newest[key], ex=REVIVED_LIFE, nx=True)
            pipe.hdel(WITHHELD, key)
        pipe.execute()
        self.revived.update(keys)
        self.withheld = self.withheld - set(keys)

    def tick(self):
        """True if the bridge can be chosen again: it takes itself out of the sets, and the next end of a tunnel puts it in as the first choice."""
        keys = list(self.newest)
        pipe = store.pipeline(transaction=False)
        for name in self.sets:
            pipe.zscore(name, self.bridge)
        if keys:
            pipe.mget(keys)
        found = pipe.execute()
        gone = []
        for key, text in zip(keys, found[-1] if keys else []):
            if text is None:
                if key not in self.withheld:
                    gone.append(key)
            elif text != self.newest[key]:
                self.newest[key] = text
                self.note(key)
                # Its reconnect was under way when it was taken out.
                if key in self.withheld:
                    self.put_back([key])
        if gone:
            pipe = store.pipeline(transaction=False)
            for key in gone:
                pipe.set(key, self.newest[key], ex=REVIVED_LIFE, nx=True)
            pipe.execute()
            self.revived.update(gone)
            for key in gone:
                self.happened(key)
        is_free = any((score or 0) < FAR / 2 for score in found[: len(self.sets)])
        if is_free:
            self.stopped(time.monotonic())
        self.next_turn()
        return is_free

    def next_turn(self):
        now = time.monotonic()
        if self.turns and self.opens_at is not None and now >= self.opens_at:
            self.open_turn()
        began = self.trace()
        if not self.turns or self.opens_at is not None or began is None or (self.stop_seen is None and not self.settled):
            return
        if self.ends_at is None:
            tries = [began + at for at in TRIES if began + at >= now - 0.1]
            self.ends_at = (tries or [now])[0] + LATE
        waiting = [turn for turn in range(len(self.turns)) if turn != self.current and self.unmoved(turn)]
        if waiting and (not self.unmoved(self.current) or now > self.ends_at):
            later = [turn for turn in waiting if turn > self.current]
            self.take_turn((later or waiting)[0])

    def hold_turns(self):
        if not self.turns or self.opens_at is not None:
            return
        for part in self.turns[self.current]:
            for other in part["others"]:
                set_status(part["agent"], other, "active", "draining")

    def happened(self, key):
        self.last = time.monotonic()
        if self.first[key] == self.bridge:
            self.events.append(self.last)

    def trace(self):
        """When the bridge stopped: it takes itself out of the sets then. A tunnel that ended long before says nothing of it."""
        if self.stop_seen is None:
            return self.events[0] if self.events else None
        return min([at for at in self.events if at > self.stop_seen - 1] + [self.stop_seen])

    def stopped(self, at):
        if self.stop_seen is None:
            self.stop_seen = at

    def has_moved(self, key):
        return key in self.moved

    def note(self, key):
        """What the product has written about a session since it was last seen. Each time that it issues one anew, it tells the agent to move."""
        about = parsed(self.newest[key])
        if about.get("created_at") != self.issued[key]:
            self.issued[key] = about.get("created_at")
            self.told[key] = self.told.get(key, 0) + 1
            self.settled.pop(key, None)
        if about.get("bridge_id") == self.first[key]:
            return
        self.moved.add(key)
        self.happened(key)
        if about.get("status") == "established" and key not in self.settled:
            self.settled[key] = self.last

    def about(self):
        moved = list(self.moved)
        began = self.trace()
        # Until both ends have met at another bridge; what an agent that was told twice does then is not seen here.
        away = [at - began for at in self.settled.values() if began is not None and at > began]
        return {
            "guarded": len(self.newest),
            "named": len([key for key in self.newest if self.first[key] == self.bridge]),
            "moved": len([key for key in moved if self.first[key] == self.bridge]),
            "movedElsewhere": len([key for key in moved if self.first[key] != self.bridge]),
            "revived": len(self.revived),
            "turns": len(self.turns),
            "quietSeconds": round(time.monotonic() - self.last, 3),
            "longestAwaySeconds": round(max(away), 3) if away else None,
            "toldTwice": len([key for key, times in self.told.items() if times > 1]),
        }

    def end(self, is_back):
        """A session whose tunnel lives on gets back the life that it had; one whose end was meant expires soon.

        `is_back`: the bridge has stopped and another one is in its place, so that what names it and has not moved is over. What it said of that may have been refused.
        """
        self.put_back(list(self.withheld))
        kept = [key for key in self.revived if self.has_moved(key)]
        pipe = store.pipeline(transaction=False)
        for key in kept:
            pipe.pttl(key)
        now = time.time()
        lives = dict(zip(kept, pipe.execute()))
        for key, left in lives.items():
            if 0 <= left / 1000 < self.expires[key] - now:
                store.expireat(key, int(self.expires[key]))
        if is_back:
            for key in self.newest:
                is_left = self.first[key] == self.bridge and not self.has_moved(key)
                if is_left and self.expires[key] - now > REVIVED_LIFE:
                    store.expire(key, REVIVED_LIFE)
        for turn in self.turns:
            for part in turn:
                for instance in part["others"] | {part["instance"]}:
                    if store.hdel(HELD, f"agent {part['agent']} {instance}"):
                        set_status(part["agent"], instance, "draining", "active")


class Program:
    def __init__(self):
        self.holds, self.guard, self.watch, self.leading, self.until, self.fault = {}, None, None, None, 0.0, None
        # When each agent's instances had been heard at the first look at one of their sessions.
        self.heard_first = {}
        # The last sign of life of each instance of an agent that is led, and when it was seen to come.
        self.signs = {}

    # What is asked

    def look(self, keys):
        bridges = {}
        for bridge, score in store.zrange(keys["available"], 0, -1, withscores=True):
            about = store.hgetall(f"bridge:{bridge}")
            bridges[bridge] = {
                "registeredAt": about.get("registered_at"),
                "status": about.get("status"),
                "edge": about.get(keys.get("edgeField") or ""),
                "score": score,
                "sessions": 0,
                "pending": 0,
                "stuck": 0,
                "unheard": 0,
            }
        live, heard = {}, {}
        for text in all_sessions().values():
            about = parsed(text)
            bridge, agent = bridges.get(about.get("bridge_id")), about.get("agent_id")
            if bridge is None:
                continue
            bridge["sessions"] += 1
            bridge["pending"] += about.get("status") == "pending"
            live[agent] = live.get(agent) if agent in live else instances_of(agent)
            heard[agent] = heard.get(agent) if agent in heard else heartbeats_of(agent)
            first = self.heard_first.setdefault(agent, heard[agent])
            holder = about.get("instance_id")
            # Another instance cannot go on with what this one holds.
            if len(live[agent]) > 1 and holder not in live[agent]:
                bridge["stuck"] += 1
            elif heard[agent].get(holder) in (None, first.get(holder)):
                bridge["unheard"] += 1
        marks = {field: parsed(text) for field, text in store.hgetall(HELD).items()}
        return {"bridges": bridges, "marks": marks, "edges": sorted(store.smembers("bamf:edges"))}

    def listed(self, bridge, keys):
        """One bridge, without a look at the sessions."""
        about = store.hgetall(f"bridge:{bridge}")
        score = store.zscore(keys["available"], bridge)
        return {"registeredAt": about.get("registered_at"), "status": about.get("status"), "score": score}

    def agents(self):
        found = {}
        for key in store.scan_iter("agent:*:last_heartbeat", count=1000):
            agent, heard = key.split(":")[1], store.get(key) or "0"
            found[agent] = {
                "online": store.get(f"agent:{agent}:status") is not None,
                "heartbeatAgo": round(time.time() - float(heard), 1),
                "heard": heard,
                "instances": len(instances_of(agent)),
            }
        return {"agents": found}

    def reach(self, address):
        """Whether TLS is spoken there."""
        try:
            tls_to(address).close()
        except (OSError, ValueError) as error:
            return {"why": words(error)}
        return {"why": None}

    def cordon(self, bridge, keys, again=False):
        """Keeps new tunnels off it. Where somebody has let it go it is kept again, but not from another run that has taken it meanwhile."""
        if again and not store.hsetnx(HELD, f"bridge {bridge}", json.dumps({"owner": OWNER})):
            self.holds[bridge]["state"] = "taken"
            return {"state": "taken"}
        registered = store.hget(f"bridge:{bridge}", "registered_at") or ""
        self.take(bridge, sets_of(bridge, keys), registered, False)
        return {"sets": self.holds[bridge]["sets"], "state": self.holds[bridge]["state"]}

    def leave(self, bridge, seconds, carry, address, requests=None, denied=None):
        """The bridge stops now: from here on it is held even if nobody asks any more. `requests` is its HTTPS port, `denied` the list in which the API looks for revoked certificates."""
        self.holds[bridge].update(leaving=True, address=address, denied=denied)
        self.note(bridge)
        self.until = time.monotonic() + seconds
        # A run that goes on without one that does not come back has another one to stop.
        if self.guard is not None and self.guard.bridge != bridge:
            self.end_guard()
        if carry and self.guard is None:
            self.guard = Guard(bridge, self.holds[bridge]["sets"])
            self.watch = Watch(bridge, address, requests, denied)
            self.watch.start()
            # Who asks has it stopped as soon as there is an answer.
            self.watch.ready.wait(WATCHED_WITHIN)
        return {"guard": self.guard and self.guard.about()}

    def adopt(self, bridge, seconds, carry, address, keys, requests=None):
        """Goes on with a bridge that stops since a run that was killed."""
        mark = parsed(store.hget(HELD, f"bridge {bridge}"))
        restore_withheld()
        let_in_left()
        self.take(bridge, mark.get("sets") or sets_of(bridge, keys), mark.get("registered") or "", True)
        if self.holds[bridge]["state"] == "returned":
            del self.holds[bridge]
            return {"state": "returned"}
        # Registered anew it has stopped and is back: what names it now are tunnels of its successor, whose sessions are to stay as they are.
        is_back = self.holds[bridge]["state"] == "registered"
        self.leave(bridge, seconds, carry and not is_back, address, requests, mark.get("denied"))
        return {"state": self.holds[bridge]["state"]}

    def state(self, bridge):
        hold = self.holds.get(bridge) or {"state": "free", "landed": 0}
        return {"state": hold["state"], "landed": hold["landed"], "guard": self.guard and self.guard.about()}

    def settle(self, bridge):
        """Ends what is held for a bridge that has come back."""
        if self.guard is not None:
            self.guard.tick()
        about = self.guard and self.guard.about()
        self.end_guard(True)
        hold = self.holds.pop(bridge, None)
        # One that is held to the last, as by a program that has just begun, would be kept from new tunnels by nobody who ends that.
        if hold is not None:
            self.release(bridge, hold["sets"], OWNER)
        return {"guard": about}

    def give_back(self, bridge, keys):
        """Lets a bridge that does not stop take new sessions again. One that this program does not hold was left by another run."""
        hold = self.holds.pop(bridge, None)
        self.end_guard()
        sets = hold["sets"] if hold else sets_of(bridge, keys)
        return {"done": self.release(bridge, sets, OWNER if hold else "")}

    def give_back_rest(self):
        """Agents and sessions that another run has left: nothing of this one's is held when it is asked."""
        done = 0
        for field in store.hkeys(HELD):
            if field.startswith(("agent ", "leaving ")):
                done += choose_again(field)
        store.hdel(HELD, "agents")
        restore_withheld()
        return {"done": done + let_in_left()}

    def keep_agents(self, instances):
        """Of the agents of these instances no other one can be chosen."""
        bridge = next((field.split(" ", 1)[1] for field in store.hkeys(HELD) if field.startswith("bridge ")), None)
        if bridge is not None:
            return {"state": "busy", "bridge": bridge, "online": [], "coming": None, "heard": {}}
        if self.leading is None:
            self.leading = {"keys": set(), "state": "held", "online": [], "look_at": 0.0, "coming": {}}
            note_held("agents", {})
        self.leading["keep"] = set(instances)
        self.hold_agents()
        held = self.leading
        ids = {key.split(":")[1] for key in held["keys"]}
        # Before the sessions: what an old one was chosen for at its sign of life is among them by then.
        heard = {}
        for key in held["keys"]:
            for name, text in store.hgetall(key).items():
                if name not in held["keep"]:
                    heard[name] = self.age_of(name, parsed(text).get("last_heartbeat"))
        seen, now = held["coming"], time.monotonic()
        held["coming"] = {}
        for key, text in all_sessions().items():
            about = parsed(text)
            if about.get("status") == "pending" and about.get("agent_id") in ids and about.get("instance_id") not in held["keep"]:
                # One that comes back is issued anew, under the same key.
                issue = (key, about.get("created_at"))
                held["coming"][issue] = seen.get(issue, now)
        coming = round(now - max(held["coming"].values()), 3) if held["coming"] else None
        return {"state": held["state"], "bridge": None, "online": held["online"], "coming": coming, "heard": heard}

    def age_of(self, name, sign):
        """How long ago the API has heard of an instance: since it was seen, as the clock of another API pod may differ; by that clock if nobody has seen it come."""
        last, seen_at = self.signs.get(name) or (None, None)
        if last == sign and seen_at is not None:
            return round(time.monotonic() - seen_at, 3)
        return round(max(0.0, time.time() - float(sign or 0)), 3)

    def settle_agents(self):
        """Those that were kept from being chosen are gone: who chose one of them again would meet nobody."""
        return self.end_agents(lambda field: store.hdel(HELD, field))

    def give_back_agents(self):
        return self.end_agents(choose_again)

    # What goes on meanwhile

    def end_agents(self, end):
        held, self.leading = self.leading, None
        if held is None or held["state"] == "lost":
            return {"done": 0}
        fields = [field for field in store.hkeys(HELD) if field.startswith("leaving ")]
        done = len([end(field) for field in fields])
        store.hdel(HELD, "agents")
        return {"done": done}

    def hold_agents(self):
        """As long as one of those that can be chosen is there: rather any than none."""
        held = self.leading
        if parsed(store.hget(HELD, "agents")).get("owner") != OWNER:
            held["state"] = "lost"
            return
        found = {key: store.hgetall(key) for key in held["keys"]}
        if not held["keep"] <= set().union(*found.values()) and time.monotonic() >= held["look_at"]:
            held["look_at"] = time.monotonic() + SLOWEST
            held["keys"] = {key for key in store.scan_iter("agent:*:instances", count=1000) if held["keep"] & set(store.hkeys(key))}
            found = {key: store.hgetall(key) for key in held["keys"]}
        online = []
        for key, instances in found.items():
            agent = key.split(":")[1]
            abouts = {name: parsed(text) for name, text in instances.items()}
            for name, about in abouts.items():
                sign = about.get("last_heartbeat")
                if name not in self.signs or self.signs[name][0] != sign:
                    self.signs[name] = (sign, time.monotonic() if name in self.signs else None)
            for name in held["keep"] & set(abouts):
                # An earlier run has taken it for one of the old ones.
                if store.hexists(HELD, f"leaving {agent} {name}"):
                    choose_again(f"leaving {agent} {name}")
                elif is_fresh(abouts[name]) and abouts[name].get("status") != "draining":
                    online.append(name)
            if not set(online) & set(abouts):
                for field in store.hkeys(HELD):
                    if field.startswith(f"leaving {agent} "):
                        choose_again(field)
                continue
            for name, about in abouts.items():
                if name not in held["keep"] and about.get("status") == "active":
                    note_held(f"leaving {agent} {name}", {})
                    set_status(agent, name, "active", "draining")
        held["online"] = sorted(online)

    def awaits(self):
        """Whether a bridge is to come back: it can be chosen from the moment in which it registers, and nothing answers there yet."""
        return any(hold["leaving"] and hold["state"] not in OVER for hold in self.holds.values())

    def take(self, bridge, sets, registered, leaving):
        hold = {"sets": sets, "registered": registered, "leaving": leaving, "state": "held", "landed": 0, "known": None, "answers": "0"}
        self.holds[bridge] = {**hold, "look_at": time.monotonic() + 1}
        self.note(bridge)
        self.hold(bridge)

    def note(self, bridge):
        hold = self.holds[bridge]
        note_held(f"bridge {bridge}", {name: hold.get(name) for name in ("registered", "sets", "leaving", "denied")})

    def release(self, bridge, sets, owner):
        return GIVE_BACK(keys=[HELD, f"bridge:{bridge}", *sets], args=[f"bridge {bridge}", owner, bridge, FAR])

    def hold(self, bridge):
        hold = self.holds[bridge]
        if hold["state"] in OVER:
            return
        args = [f"bridge {bridge}", OWNER, FAR, bridge, hold["registered"], "1" if hold["leaving"] else "0", hold["answers"]]
        hold["state"], at = HOLD(keys=[HELD, f"bridge:{bridge}", *hold["sets"]], args=args)
        if hold["state"] == "registered" and hold.get("address") and not hold.get("asked"):
            hold["asked"] = True
            threading.Thread(target=self.wait_until_it_answers, args=[bridge, hold], daemon=True).start()
        if hold["state"] == "held" and not hold["leaving"] and at != hold["registered"]:
            # It began anew by itself, and could be chosen until this moment: what has come by then is no sign that the cordon fails.
            hold["registered"], hold["known"] = at, None
            self.note(bridge)
        if not hold["leaving"] and time.monotonic() > hold["look_at"]:
            hold["look_at"] = time.monotonic() + SLOWEST
            now = {key for key, text in all_sessions().items() if parsed(text).get("bridge_id") == bridge}
            if hold["known"] is not None:
                hold["landed"] += len(now - hold["known"])
            hold["known"] = (hold["known"] or set()) | now

    def wait_until_it_answers(self, bridge, hold):
        """Beside all else, since a connection may take seconds. What never answers is held until somebody settles it, or the time is over."""
        while hold["answers"] == "0" and self.holds.get(bridge) is hold:
            if self.reach(hold["address"])["why"] is None:
                hold["answers"] = "1"
            else:
                time.sleep(SLOW)

    def end_guard(self, is_back=False):
        guard, self.guard = self.guard, None
        watch, self.watch = self.watch, None
        try:
            if watch is not None:
                watch.end()
        finally:
            if guard is not None:
                guard.end(is_back)

    def tick(self, slow):
        try:
            if self.watch is not None and self.watch.stopped_at is not None:
                self.guard.stopped(self.watch.stopped_at)
            is_free = self.guard is not None and self.guard.tick()
            if slow or is_free or self.awaits():
                for bridge in self.holds:
                    self.hold(bridge)
            if slow and self.guard is not None:
                self.guard.hold_turns()
            # With each sign of life an old agent can be chosen again until this is said anew, and one without tunnels is chosen first.
            if self.leading is not None:
                self.hold_agents()
            self.fault = None
        except redis.RedisError as error:
            self.fault = words(error)

    def answer(self, line):
        question = json.loads(line)
        name = question.pop("ask")
        try:
            return {"answer": getattr(self, name)(**question)}
        except redis.RedisError as error:
            return {"fault": words(error)}

    def farewell(self):
        """Nobody asks any more."""
        try:
            self.give_back_agents()
        except redis.RedisError:
            pass
        for bridge in [bridge for bridge, hold in self.holds.items() if not hold["leaving"]]:
            hold = self.holds.pop(bridge)
            try:
                self.release(bridge, hold["sets"], OWNER)
            except redis.RedisError:
                pass
        returned, slow_at = None, 0.0
        while self.holds and time.monotonic() < self.until:
            now = time.monotonic()
            self.tick(now >= slow_at)
            slow_at = now + SLOW if now >= slow_at else slow_at
            if all(hold["state"] in OVER for hold in self.holds.values()):
                returned = returned or now
                last = max(returned, self.guard.last if self.guard else 0)
                if now - last > 3:
                    break
            time.sleep(FAST if self.guard or self.awaits() else SLOW)
        try:
            self.end_guard(any(hold["state"] == "returned" for hold in self.holds.values()))
        except redis.RedisError:
            pass


def words(error):
    return f"{type(error).__name__}: {str(error)[:200]}"


def main():
    # Its output is gone as well when whoever asks is killed.
    for name in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        signal.signal(name, signal.SIG_IGN)
    # What waits for a bridge to stop must not wait for this thread.
    sys.setswitchinterval(0.0005)
    lines = queue.Queue()

    def read():
        for line in sys.stdin:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    program = Program()
    heard, slow_at = time.monotonic(), 0.0
    while True:
        now = time.monotonic()
        program.tick(now >= slow_at)
        slow_at = now + SLOW if now >= slow_at else slow_at
        try:
            line = lines.get(timeout=FAST if program.guard or program.awaits() else BRISK if program.leading else 0.1)
        except queue.Empty:
            if time.monotonic() - heard > SILENCE:
                break
            continue
        heard = time.monotonic()
        if line == "":
            break
        try:
            sys.stdout.write(json.dumps({**program.answer(line), "trouble": program.fault}) + "\n")
            sys.stdout.flush()
        except OSError:
            break
    program.farewell()


main()
