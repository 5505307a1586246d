"use strict";
(function () {
  // SHA-256 of long files, piece by piece (FIPS 180-4); the constants are computed, not listed.
  function primes(count) {
    var found = [];
    for (var n = 2; found.length < count; n += 1) {
      if (found.every(function (prime) { return n % prime !== 0; })) found.push(n);
    }
    return found;
  }

  // The first `bits` bits of the fraction of the root of a number.
  function fraction(number, root, bits) {
    var shift = BigInt(bits * root);
    var wanted = BigInt(number) << shift;
    var low = BigInt(0);
    var high = BigInt(number + 1) << BigInt(bits);
    while (high - low > BigInt(1)) {
      var middle = (low + high) >> BigInt(1);
      var power = root === 2 ? middle * middle : middle * middle * middle;
      if (power <= wanted) low = middle; else high = middle;
    }
    return low & ((BigInt(1) << BigInt(bits)) - BigInt(1));
  }

  var PRIMES = primes(80);
  var K32 = PRIMES.slice(0, 64).map(function (one) { return Number(fraction(one, 3, 32)); });
  var H32 = PRIMES.slice(0, 8).map(function (one) { return Number(fraction(one, 2, 32)); });
  var K64 = PRIMES.map(function (one) { return fraction(one, 3, 64); });
  var H64 = PRIMES.slice(0, 8).map(function (one) { return fraction(one, 2, 64); });

  function Sha256() {
    this.state = new Int32Array(H32);
    this.words = new Int32Array(64);
    this.block = new Uint8Array(64);
    this.held = 0;
    this.length = 0;
  }

  Sha256.prototype.mix = function (bytes, at) {
    var w = this.words;
    var h = this.state;
    var t;
    for (t = 0; t < 16; t += 1) {
      w[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
      at += 4;
    }
    for (t = 16; t < 64; t += 1) {
      var x = w[t - 15];
      var y = w[t - 2];
      var s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      var s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
    }
    var a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], i = h[7];
    for (t = 0; t < 64; t += 1) {
      var big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      var first = (i + big1 + ((e & f) ^ (~e & g)) + K32[t] + w[t]) | 0;
      var big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      var second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      i = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += i;
  };

  Sha256.prototype.update = function (bytes) {
    this.length += bytes.length;
    var at = 0;
    if (this.held) {
      var room = Math.min(64 - this.held, bytes.length);
      this.block.set(bytes.subarray(0, room), this.held);
      this.held += room;
      at = room;
      if (this.held < 64) return;
      this.mix(this.block, 0);
      this.held = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.mix(bytes, at);
    this.block.set(bytes.subarray(at));
    this.held = bytes.length - at;
  };

  Sha256.prototype.hex = function () {
    var length = this.length;
    var tail = new Uint8Array(this.held < 56 ? 64 - this.held : 128 - this.held);
    tail[0] = 0x80;
    var high = Math.floor(length / 0x20000000);
    var low = (length * 8) >>> 0;
    for (var n = 0; n < 4; n += 1) {
      tail[tail.length - 1 - n] = (low >>> (8 * n)) & 255;
      tail[tail.length - 5 - n] = (high >>> (8 * n)) & 255;
    }
    this.update(tail);
    return Array.prototype.map.call(this.state, function (word) {
      return ("0000000" + (word >>> 0).toString(16)).slice(-8);
    }).join("");
  };

  // SHA-512 of short texts.
  var ZERO = BigInt(0), ONE = BigInt(1), MASK64 = (ONE << BigInt(64)) - ONE;

  function turn(x, by) {
    return ((x >> BigInt(by)) | (x << BigInt(64 - by))) & MASK64;
  }

  function sha512(bytes) {
    var size = Math.ceil((bytes.length + 17) / 128) * 128;
    var padded = new Uint8Array(size);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    var length = bytes.length * 8;
    for (var n = 0; n < 6; n += 1) {
      padded[size - 1 - n] = length % 256;
      length = Math.floor(length / 256);
    }
    var h = H64.slice();
    for (var at = 0; at < size; at += 128) {
      var w = [];
      var t;
      for (t = 0; t < 16; t += 1) w.push(number(padded.subarray(at + 8 * t, at + 8 * t + 8), true));
      for (t = 16; t < 80; t += 1) {
        var x = w[t - 15], y = w[t - 2];
        var s0 = turn(x, 1) ^ turn(x, 8) ^ (x >> BigInt(7));
        var s1 = turn(y, 19) ^ turn(y, 61) ^ (y >> BigInt(6));
        w.push((w[t - 16] + s0 + w[t - 7] + s1) & MASK64);
      }
      var v = h.slice();
      for (t = 0; t < 80; t += 1) {
        var e = v[4];
        var first = v[7] + (turn(e, 14) ^ turn(e, 18) ^ turn(e, 41)) + ((e & v[5]) ^ ((e ^ MASK64) & v[6])) + K64[t] + w[t];
        var a = v[0];
        var second = (turn(a, 28) ^ turn(a, 34) ^ turn(a, 39)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        v = [(first + second) & MASK64, a, v[1], v[2], (v[3] + first) & MASK64, e, v[5], v[6]];
      }
      h = h.map(function (old, place) { return (old + v[place]) & MASK64; });
    }
    var out = new Uint8Array(64);
    h.forEach(function (word, place) {
      for (var k = 7; k >= 0; k -= 1) {
        out[8 * place + k] = Number(word & BigInt(255));
        word >>= BigInt(8);
      }
    });
    return out;
  }

  // Bytes as a number, the last byte first unless `big`.
  function number(bytes, big) {
    var found = ZERO;
    for (var n = 0; n < bytes.length; n += 1) {
      found = (found << BigInt(8)) | BigInt(bytes[big ? n : bytes.length - 1 - n]);
    }
    return found;
  }

  // Ed25519 (RFC 8032): is S·B - h·A the point R, byte for byte?
  var P = (ONE << BigInt(255)) - BigInt(19);
  var L = (ONE << BigInt(252)) + BigInt("27742317777372353535851937790883648493");

  function mod(x, m) {
    var r = x % m;
    return r < ZERO ? r + m : r;
  }

  function power(base, exponent) {
    var result = ONE;
    base = mod(base, P);
    for (; exponent > ZERO; exponent >>= ONE) {
      if (exponent & ONE) result = (result * base) % P;
      base = (base * base) % P;
    }
    return result;
  }

  function inverse(x) {
    return power(x, P - BigInt(2));
  }

  var D = mod(-BigInt(121665) * inverse(BigInt(121666)), P);
  var ROOT = power(BigInt(2), (P - ONE) / BigInt(4));

  function add(a, b) {
    var A = mod((a[1] - a[0]) * (b[1] - b[0]), P);
    var B = mod((a[1] + a[0]) * (b[1] + b[0]), P);
    var C = mod(BigInt(2) * a[3] * b[3] * D, P);
    var Z = mod(BigInt(2) * a[2] * b[2], P);
    var E = B - A, F = Z - C, G = Z + C, H = B + A;
    return [mod(E * F, P), mod(G * H, P), mod(F * G, P), mod(E * H, P)];
  }

  function times(point, scalar) {
    var sum = [ZERO, ONE, ONE, ZERO];
    for (; scalar > ZERO; scalar >>= ONE) {
      if (scalar & ONE) sum = add(sum, point);
      point = add(point, point);
    }
    return sum;
  }

  function open(bytes) {
    if (bytes.length !== 32) return null;
    var y = number(bytes);
    var sign = y >> BigInt(255);
    y &= (ONE << BigInt(255)) - ONE;
    if (y >= P) return null;
    var square = mod((y * y - ONE) * inverse(D * y * y + ONE), P);
    var x = power(square, (P + BigInt(3)) / BigInt(8));
    if (mod(x * x - square, P) !== ZERO) x = (x * ROOT) % P;
    if (mod(x * x - square, P) !== ZERO || (x === ZERO && sign === ONE)) return null;
    if ((x & ONE) !== sign) x = P - x;
    return [x, y, ONE, mod(x * y, P)];
  }

  function close(point) {
    var z = inverse(point[2]);
    var x = mod(point[0] * z, P);
    var whole = mod(point[1] * z, P) | ((x & ONE) << BigInt(255));
    var out = new Uint8Array(32);
    for (var n = 0; n < 32; n += 1) {
      out[n] = Number(whole & BigInt(255));
      whole >>= BigInt(8);
    }
    return out;
  }

  var BASE = (function () {
    var bytes = new Uint8Array(32).fill(0x66);
    bytes[0] = 0x58;
    return open(bytes);
  })();

  function verifies(key, signature, message) {
    var A = open(key);
    if (A === null || signature.length !== 64) return false;
    var R = signature.subarray(0, 32);
    var S = number(signature.subarray(32));
    if (S >= L) return false;
    var whole = new Uint8Array(64 + message.length);
    whole.set(R);
    whole.set(key, 32);
    whole.set(message, 64);
    var h = mod(number(sha512(whole)), L);
    var minus = [mod(-A[0], P), A[1], A[2], mod(-A[3], P)];
    var found = close(add(times(BASE, S), times(minus, h)));
    return found.every(function (byte, place) { return byte === R[place]; });
  }

  // Texts.
  var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  function unbase(text) {
    var out = [];
    var bits = 0, held = 0;
    for (var n = 0; n < text.length; n += 1) {
      var value = ALPHABET.indexOf(text[n]);
      if (value < 0) return null;
      held = (held << 6) | value;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out.push((held >> bits) & 255);
        held &= (1 << bits) - 1;
      }
    }
    return text.length % 4 === 1 || held !== 0 ? null : new Uint8Array(out);
  }

  function parsed(bytes) {
    if (bytes === null) return null;
    try {
      var found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      return found && typeof found === "object" && !Array.isArray(found) ? found : null;
    } catch (error) {
      return null;
    }
  }

  function ascii(text) {
    return new Uint8Array(text.split("").map(function (letter) { return letter.charCodeAt(0); }));
  }

  // {said} of a token that one of the keys signed, or {bad} with why it does not count.
  function signed(token, keys, kind) {
    var parts = token.replace(/\s+/g, "").split(".");
    var head = parts.length === 3 ? parsed(unbase(parts[0])) : null;
    if (head === null) return { bad: "malformed" };
    var key = (keys.keys || []).filter(function (one) { return one.kid === head.kid; })[0];
    if (!key || head.typ !== kind || head.alg !== "EdDSA" || head.crit || key.crv !== "Ed25519") return { bad: "unknown_key" };
    var open = unbase(String(key.x)), signature = unbase(parts[2]);
    if (open === null || signature === null || !verifies(open, signature, ascii(parts[0] + "." + parts[1]))) return { bad: "forged" };
    if (key.withdrawn_at && kind !== "guiju-pass+jwt") return { bad: "withdrawn_key" };
    var said = parsed(unbase(parts[1]));
    return said === null ? { bad: "malformed" } : { said: said, key: key };
  }

  function day(seconds) {
    var at = new Date((seconds + 8 * 3600) * 1000); // days of China
    return at.toISOString().slice(0, 10);
  }

  // {result, why, said, notes}: the same words as `guiju verify`.
  function judged(token, digest, keys, ended, now) {
    if (token.length > 100000) return { result: "malformed", notes: [] };
    var found = signed(token, keys, "guiju-pass+jwt");
    if (found.bad) return { result: found.bad, notes: [] };
    var said = found.said, notes = [];
    if (typeof said.exp !== "number" || !Array.isArray(said.papers) || !said.jti) return { result: "malformed", notes: [] };
    if (said.exp <= now) return { result: "expired", said: said, notes: notes };
    if (ended === null) {
      notes.push(WORDS.no_list);
      if (found.key.withdrawn_at) return { result: "withdrawn_key", notes: notes };
    } else {
      var list = signed(String(ended.list || ""), keys, "guiju-passes-ended+jwt");
      if (list.bad) return { result: "bad_list", said: said, notes: notes };
      if (now - list.said.iat > 86400) notes.push(WORDS.old_list.replace("%(day)s", day(list.said.iat)));
      var sum = new Sha256();
      sum.update(ascii(token.replace(/\s+/g, "")));
      var text = sum.hex();
      var rows = (list.said.withdrawn || []).filter(function (one) { return one.kid === found.key.kid; });
      var known = rows.some(function (one) { return one.passes.indexOf(text) >= 0; });
      if ((found.key.withdrawn_at || rows.length) && !known) return { result: "withdrawn_key", notes: notes };
      var gone = (list.said.ended || []).filter(function (one) { return one[0] === said.jti; })[0];
      var stays = gone && (list.said.stayed || []).indexOf(said.jti) >= 0;
      if (gone) return { result: stays ? "stayed" : "revoked", said: said, notes: notes, day: day(gone[1]) };
    }
    var paper = said.papers.filter(function (one) { return one.sha256 === digest; })[0];
    if (!paper) return { result: "changed", said: said, notes: notes };
    if (paper.role !== "text") return { result: "attachment", said: said, notes: notes };
    (said.conditions || []).forEach(function (one) {
      if (one.before) notes.push(WORDS.before.replace("%(text)s", one.text));
    });
    return { result: "verified", said: said, notes: notes };
  }

  // The page.
  function held(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  var WORDS = held("words");
  var MOST = 4194304;

  function file(id) {
    return document.getElementById(id).files[0] || null;
  }

  function pieces(blob, take, done, failed, from) {
    if (from >= blob.size) return done();
    var reader = new FileReader();
    reader.onload = function () {
      take(new Uint8Array(reader.result));
      pieces(blob, take, done, failed, from + MOST);
    };
    reader.onerror = failed;
    reader.readAsArrayBuffer(blob.slice(from, from + MOST));
  }

  function digested(blob) {
    return new Promise(function (resolve, reject) {
      var sum = new Sha256();
      pieces(blob, function (bytes) { sum.update(bytes); }, function () { resolve(sum.hex()); }, reject, 0);
    });
  }

  function text(blob) {
    return new Promise(function (resolve, reject) {
      if (blob === null) return resolve("");
      var reader = new FileReader();
      reader.onload = function () { resolve(reader.result); };
      reader.onerror = reject;
      reader.readAsText(blob, "utf-8");
    });
  }

  function line(parent, name, said) {
    if (said === undefined || said === null || said === "") return;
    var row = document.createElement("tr");
    [["th", name], ["td", String(said)]].forEach(function (cell) {
      var made = document.createElement(cell[0]);
      made.textContent = cell[1];
      row.appendChild(made);
    });
    parent.appendChild(row);
  }

  function show(found, digest) {
    var box = document.getElementById("answer"), facts = document.getElementById("facts"), notes = document.getElementById("notes");
    box.className = found.result === "verified" ? "yes" : "no";
    box.setAttribute("data-result", found.result);
    document.getElementById("result").textContent = WORDS.results[found.result][0];
    document.getElementById("why").textContent = WORDS.results[found.result][1].replace("%(day)s", found.day || "");
    notes.textContent = "";
    facts.textContent = "";
    found.notes.forEach(function (one) {
      var item = document.createElement("li");
      item.textContent = one;
      notes.appendChild(item);
    });
    var said = found.said || {};
    line(facts, WORDS.number, said.sub);
    line(facts, WORDS.title, said.title);
    line(facts, WORDS.unit, said.unit && said.unit.name);
    line(facts, WORDS.ref, said.ref && said.system + " " + said.ref);
    line(facts, WORDS.code, said.code);
    line(facts, WORDS.until, said.exp && day(said.exp - 1));
    line(facts, "SHA-256", digest);
    box.hidden = false;
  }

  function complain(words) {
    show({ result: "incomplete", notes: [words] }, "");
  }

  function json(written, usual) {
    if (!written) return usual;
    return JSON.parse(written);
  }

  document.getElementById("ask").addEventListener("submit", function (event) {
    event.preventDefault();
    var paper = file("document");
    if (paper === null) return complain(WORDS.no_document);
    Promise.all([digested(paper), text(file("pass-file")), text(file("keys-file")), text(file("ended-file"))])
      .then(function (read) {
        var token = (document.getElementById("pass").value || read[1]).trim();
        var keys = json(read[2], held("keys")), ended = json(read[3], held("ended"));
        if (!token) return complain(WORDS.no_pass);
        if (!keys || !(keys.keys || []).length) return complain(WORDS.no_keys);
        show(judged(token, read[0], keys, ended, Date.now() / 1000), read[0]);
      })
      .catch(function () { complain(WORDS.unreadable); });
  });

  // Whoever comes from the page of a scanned pass brings its text along; what follows # is sent nowhere.
  var brought = window.location.hash.slice(1);
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(brought)) document.getElementById("pass").value = brought;

  var list = held("ended");
  document.getElementById("held").textContent = held("keys") ? WORDS.held.replace("%(day)s", day(list ? list.issued_at : 0)) : WORDS.no_keys;
})();
