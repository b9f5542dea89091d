/**
 * Loops over matrices of [rows, channels], four channels at a time: what belongs to a channel stays in registers, and each line of
 * cache is read a few times only. Per channel the order of sums is that of the rows. Sums are in float64.
 */

/** Of each channel the sum of a's elements, and of its products with b's. */
export function sumColumns(
  a: Float32Array,
  b: Float32Array,
  channels: number,
): { readonly sums: Float64Array; readonly products: Float64Array } {
  const [sums, products] = [new Float64Array(channels), new Float64Array(channels)];
  const whole = channels - (channels % 4);
  // One variable each: an array would be written to in every turn.
  for (let c = 0; c < whole; c += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let p0 = 0;
    let p1 = 0;
    let p2 = 0;
    let p3 = 0;
    for (let at = c; at < a.length; at += channels) {
      const a0 = a[at];
      const a1 = a[at + 1];
      const a2 = a[at + 2];
      const a3 = a[at + 3];
      s0 += a0;
      s1 += a1;
      s2 += a2;
      s3 += a3;
      p0 += a0 * b[at];
      p1 += a1 * b[at + 1];
      p2 += a2 * b[at + 2];
      p3 += a3 * b[at + 3];
    }
    sums.set([s0, s1, s2, s3], c);
    products.set([p0, p1, p2, p3], c);
  }
  for (let c = whole; c < channels; c++)
    for (let at = c; at < a.length; at += channels) {
      sums[c] += a[at];
      products[c] += a[at] * b[at];
    }
  return { sums, products };
}

/** to = x · scale + addend, with a scale and an addend for each channel. */
export function scaleAndAdd(
  to: Float32Array,
  x: Float32Array,
  scales: Float64Array,
  addends: Float64Array,
): void {
  const channels = scales.length;
  const whole = channels - (channels % 4);
  for (let c = 0; c < whole; c += 4) {
    const [f0, f1, f2, f3] = scales.subarray(c, c + 4);
    const [d0, d1, d2, d3] = addends.subarray(c, c + 4);
    for (let at = c; at < x.length; at += channels) {
      to[at] = x[at] * f0 + d0;
      to[at + 1] = x[at + 1] * f1 + d1;
      to[at + 2] = x[at + 2] * f2 + d2;
      to[at + 3] = x[at + 3] * f3 + d3;
    }
  }
  for (let c = whole; c < channels; c++)
    for (let at = c; at < x.length; at += channels) to[at] = x[at] * scales[c] + addends[c];
}

/** to = a · ofA + b · ofB + addend, with factors and an addend for each channel. */
export function addScaled(
  to: Float32Array,
  a: Float32Array,
  ofA: Float64Array,
  b: Float32Array,
  ofB: Float64Array,
  addends: Float64Array,
): void {
  const channels = addends.length;
  const whole = channels - (channels % 4);
  for (let c = 0; c < whole; c += 4) {
    const [f0, f1, f2, f3] = ofA.subarray(c, c + 4);
    const [g0, g1, g2, g3] = ofB.subarray(c, c + 4);
    const [d0, d1, d2, d3] = addends.subarray(c, c + 4);
    for (let at = c; at < a.length; at += channels) {
      to[at] = f0 * a[at] + g0 * b[at] + d0;
      to[at + 1] = f1 * a[at + 1] + g1 * b[at + 1] + d1;
      to[at + 2] = f2 * a[at + 2] + g2 * b[at + 2] + d2;
      to[at + 3] = f3 * a[at + 3] + g3 * b[at + 3] + d3;
    }
  }
  for (let c = whole; c < channels; c++)
    for (let at = c; at < a.length; at += channels) to[at] = ofA[c] * a[at] + ofB[c] * b[at] + addends[c];
}
