import { describe, expect, it } from "vitest";
import { html } from "../../codegen/bench/profile/html.js";
import { type Profile, profilePage } from "../../codegen/bench/profile/page.js";
import { byInstructions, equally } from "../../codegen/bench/profile/timeline.js";

const EVIL = `"><script>alert('x')</script>&<img src=//evil>\u202e`;

function layer(op: number, instructions: number, inCollections = 0) {
  return { op, kind: "CONV_2D", name: `layer ${op}`, macs: 100, instructions, inCollections };
}

const profile: Profile = {
  model: "m",
  board: "b",
  note: "note",
  warning: "",
  figures: [["Instructions", "1,000", "all"]],
  layers: [layer(0, 300, 30), layer(2, 700)],
  arenaBytes: 64,
  blocks: [{ names: ["t"], kind: "input", offset: 16, bytes: 32, first: 0, last: 1 }],
};

const pageOf = (...profiles: readonly Profile[]) => new TextDecoder().decode(profilePage(profiles));

describe("html", () => {
  it("escapes values and leaves markup as it is", () => {
    expect(html`<b title="${`a"b'c`}">${"<&>"}${html`<i>${1}</i>`}${[html`x`, html`y`]}</b>`.text).toBe(
      `<b title="a&#34;b&#39;c">&#60;&#38;&#62;<i>1</i>xy</b>`,
    );
  });

  it("shows characters that draw nothing, line ends aside", () => {
    expect(html`${"a\u0000b\u202ec\u2028d\ne"}`.text).toBe("a�b�c�d\ne");
  });
});

describe("timeline", () => {
  it("gives layers widths by their instructions, or one width", () => {
    expect(byInstructions(profile.layers)).toEqual([
      { left: 0, width: 30 },
      { left: 30, width: 70 },
    ]);
    expect(equally(profile.layers)).toEqual([
      { left: 0, width: 50 },
      { left: 50, width: 50 },
    ]);
    expect(byInstructions([layer(0, 0)])).toEqual([{ left: 0, width: 0 }]);
  });
});

describe("profilePage", () => {
  it("needs nothing from anywhere", () => {
    const page = pageOf(profile);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=|url\(|@import|https?:/);
  });

  it("draws layers where they are in time, and what of them collected garbage", () => {
    const page = pageOf(profile);
    expect(page).toContain(
      `style="left:30.000%;width:70.000%;--hue:212" title="2 CONV_2D layer 2\n700 instructions`,
    );
    expect(page).toContain(`class="box garbage" style="left:0.000%;width:3.000%"`);
    expect(pageOf({ ...profile, layers: [layer(0, 300)] })).not.toContain("box garbage");
  });

  it("draws the arena: offsets upwards, time to the right", () => {
    expect(pageOf(profile)).toContain(
      `class="box input" style="left:0.000%;width:100.000%;bottom:25.000%;height:50.000%" title="t\n32 bytes at 16"`,
    );
  });

  it("warns where the counts are another chip's", () => {
    expect(pageOf(profile)).not.toContain(`class="warning"`);
    expect(pageOf({ ...profile, warning: "not its own" })).toContain(`<p class="warning">not its own</p>`);
  });

  it("escapes every name, wherever it is from", () => {
    const page = pageOf({
      ...profile,
      model: EVIL,
      board: EVIL,
      note: EVIL,
      warning: EVIL,
      figures: [[EVIL, EVIL, EVIL]],
      layers: [{ ...layer(0, 1), kind: EVIL, name: EVIL }],
      blocks: [{ ...profile.blocks[0], names: [EVIL] }],
    });
    expect(page).not.toMatch(/<script|<img|\u202e/);
    expect(page.split("&#60;script").length - 1).toBeGreaterThan(10);
  });
});
