/* The record of a walk, read at one place of it: which pass, which stage, which sample. */

import { escape, number, used } from "./text.js";

const SAMPLED = new Set(["x", "y", "z", "a", "delta", "mask"]);
const EMPTY = { formula: [], equation: [], shapes: {}, unit: "", note: "" };

/** An address in its parts. @param {string} address */
export function parse(address) {
  const [, prefix = "", name, layer, index = "", sample] = address.match(
    /^(?:([a-z_]+(?:\.[a-z_]+)*)\.)?([A-Za-z_]+)(\d+)?(?:\[([\d,]+)\])?(?:@(\d+))?$/
  );
  const array = (prefix && prefix + ".") + name + (layer || "");
  const indexes = index ? index.split(",").map(Number) : [];
  return { prefix, name, layer: Number(layer || 0), array, index: indexes, sample };
}

export class Reading {
  /** @param {any} record */
  constructor(record) {
    this.record = record;
    this.walk = this.stage = this.sample = 0;
    /** @type {Map<string, number>} */
    this.place = new Map(record.quantities.map((q, i) => [q.address, i]));
    this.others = record.walks.map((w) => new Map((w.other || []).map((q) => [q.address, q])));
    this.absent = record.walks.map((w) => new Set(w.absent));
    this.places = new Map([...this.place.keys()].map((address) => [address, parse(address)]));
    this.arrays = sizes(this.places);
    this.stageOfAll = new Map(); // a pass's stages → which of them computes a number
    this.intoOfAll = new Map(); // a pass → what each number goes into
  }

  get pass() {
    return this.record.walks[this.walk];
  }

  get stages() {
    return this.pass.stages || this.record.stages;
  }

  get now() {
    return this.stages[this.stage];
  }

  /** The address of an array's number, of the present sample where each has one. */
  entry(array, ...index) {
    const { dimensions, sampled } = this.arrays.get(array) || {};
    const at = dimensions ? `[${index.slice(0, dimensions).join(",")}]` : "";
    return array + at + (sampled ? `@${this.sample}` : "");
  }

  /** @param {string} address */
  value(address, walk = this.walk) {
    return this.record.walks[walk].values[this.place.get(address)];
  }

  has(address) {
    return this.place.has(address) && !this.absent[this.walk].has(address);
  }

  about(address) {
    return {
      ...EMPTY,
      ...(this.others[this.walk].get(address) || this.record.quantities[this.place.get(address)]),
      value: this.value(address),
      digits: (this.pass.digits || {})[address] || this.record.digits,
    };
  }

  number(v) {
    return number(v, this.record.digits);
  }

  /** Which stage computes a number; one that none computes is given, or told within a formula. */
  stageOf(address) {
    const told = this.stages;
    if (!this.stageOfAll.has(told)) {
      const each = told.flatMap((s, n) => s.addresses.map((a) => [a, n]));
      this.stageOfAll.set(told, new Map(each));
    }
    return this.stageOfAll.get(told).get(address);
  }

  known(address) {
    return this.has(address) && !(this.stageOf(address) > this.stage);
  }

  fresh(address) {
    return this.stageOf(address) === this.stage ? " now" : "";
  }

  /** What a number goes into: the dependencies read the other way. */
  goesInto(address) {
    if (!this.intoOfAll.has(this.walk)) {
      const into = new Map();
      for (const user of this.place.keys()) {
        if (!this.has(user)) continue;
        for (const one of used(this.about(user).formula)) {
          if (!into.has(one)) into.set(one, []);
          into.get(one).push(user);
        }
      }
      this.intoOfAll.set(this.walk, into);
    }
    return this.intoOfAll.get(this.walk).get(address) || [];
  }

  /** The number of the present stage that is told where none was asked for. */
  firstOfStage() {
    const own = this.now.addresses;
    return own.find((a) => this.places.get(a).sample === String(this.sample)) || own[0];
  }

  label(address) {
    const { symbol, meaning } = this.about(address);
    return escape(`${address}, ${meaning}, ${symbol}: ${this.number(this.value(address))}`);
  }
}

/* Every array by its name: its size, and whether each sample has one. */
function sizes(places) {
  const arrays = new Map();
  for (const { array, index, sample } of places.values()) {
    const found = arrays.get(array) || { rows: 1, columns: 1, sampled: false };
    found.rows = Math.max(found.rows, (index[0] || 0) + 1);
    found.columns = Math.max(found.columns, (index[1] || 0) + 1);
    found.dimensions = index.length;
    found.sampled ||= sample !== undefined && SAMPLED.has(parse(array).name);
    arrays.set(array, found);
  }
  return arrays;
}
