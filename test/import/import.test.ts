/** What a .tflite file becomes. */
import { describe, expect, test } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import { formats } from "../../codegen/import/tflite/operators.js";
import * as schema from "../../codegen/import/tflite/schema.js";
import { operators } from "../../codegen/ops/index.js";
import { int8, int32, int32s, int64, table, text } from "./flat.js";
import {
  ADD,
  ASSIGN_VARIABLE,
  build,
  code,
  convModel,
  convOptions,
  operator,
  quantization,
  type RawModel,
  type RawSubgraph,
  READ_VARIABLE,
  statefulModel,
  tensor,
  VAR_HANDLE,
  varHandle,
} from "./raw-model.js";

function imported(
  model: RawModel,
  change: (main: RawSubgraph, model: RawModel) => unknown = () => {},
): Graph {
  change(model.subgraphs[0], model);
  return importTflite(build(model), "model");
}

test("a convolution", () => {
  expect(imported(convModel())).toEqual({
    name: "model",
    tensors: [
      {
        name: "image",
        shape: [1, 4, 4, 1],
        dtype: "int8",
        quantization: { scales: [0.5], zeroPoints: [0], axis: 0 },
      },
      {
        name: "weights",
        shape: [2, 2, 2, 1],
        dtype: "int8",
        quantization: { scales: [0.5, 0.25], zeroPoints: [0, 0], axis: 0 },
        data: Uint8Array.of(1, 2, 3, 4, 251, 252, 253, 254),
      },
      {
        name: "bias",
        shape: [2],
        dtype: "int32",
        quantization: { scales: [0.25, 0.125], zeroPoints: [0, 0], axis: 0 },
        data: Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0),
      },
      {
        name: "scores",
        shape: [1, 2, 2, 2],
        dtype: "int8",
        quantization: { scales: [0.5], zeroPoints: [0], axis: 0 },
      },
    ],
    ops: [
      {
        kind: "CONV_2D",
        name: "scores",
        inputs: [0, 1, 2],
        outputs: [3],
        attributes: {
          padding: "VALID",
          strideHeight: 2,
          strideWidth: 2,
          dilationHeight: 1,
          dilationWidth: 1,
          activation: "NONE",
        },
      },
    ],
    inputs: [0],
    outputs: [3],
    variables: [],
  });
});

test("the graph takes its name from the file, without folder and extension", () => {
  expect(importModel(build(convModel()), "models/wake.word.tflite").name).toBe("wake.word");
});

test("every operator is either one of state or has a format", () => {
  const state = ["ASSIGN_VARIABLE", "CALL_ONCE", "READ_VARIABLE", "VAR_HANDLE"];
  expect([...Object.keys(formats), ...state].sort()).toEqual(Object.keys(operators).sort());
});

describe("files of all ages", () => {
  test("an operator code in the old int8 field only", () => {
    const graph = imported(convModel(), (_, { codes }) => delete codes[0][schema.OperatorCode.builtinCode]);
    expect(graph.ops[0].kind).toBe("CONV_2D");
  });

  test("an operator code in the new int32 field only", () => {
    const graph = imported(convModel(), (_, { codes }) => {
      delete codes[0][schema.OperatorCode.deprecatedBuiltinCode];
    });
    expect(graph.ops[0].kind).toBe("CONV_2D");
  });

  test("an open dimension in shape_signature is compiled as shape says", () => {
    const graph = imported(convModel(), ({ tensors }) => {
      tensors[0][schema.Tensor.shapeSignature] = int32s([-1, 4, 4, 1]);
    });
    expect(graph.tensors[0].shape).toEqual([1, 4, 4, 1]);
  });

  test("a bias with the axis of its weights", () => {
    const graph = imported(convModel(), ({ tensors }) => {
      tensors[2][schema.Tensor.quantization] = quantization([0.25, 0.125], [0, 0], 3);
    });
    expect(graph.tensors[2].quantization?.axis).toBe(0);
  });

  test("a quantization with a range only is none", () => {
    const graph = imported(convModel(), ({ tensors }) => {
      tensors[3][schema.Tensor.quantization] = table({});
    });
    expect(graph.tensors[3]).not.toHaveProperty("quantization");
  });

  test("an optional input left out by −1 or by a shorter list", () => {
    const out = (inputs: number[]) =>
      imported(convModel(), ({ operators }) => {
        operators[0] = operator(0, inputs, [3], convOptions());
      }).ops[0].inputs;
    expect(out([0, 1, -1])).toEqual([0, 1, null]);
    expect(out([0, 1])).toEqual([0, 1]);
  });

  test("data after the flatbuffer", () => {
    const model = convModel();
    const place = (at: number) => {
      model.buffers[1] = { [schema.Buffer.offset]: int64(BigInt(at)), [schema.Buffer.size]: int64(8n) };
      return build(model);
    };
    const at = place(1024).length;
    const bytes = Uint8Array.of(...place(at), 9, 8, 7, 6, 5, 4, 3, 2);
    expect(importTflite(bytes, "model").tensors[1].data).toEqual(Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2));
  });

  test("constants are copies, aligned, and shared where the file shares them", () => {
    const bytes = build({ ...convModel(), buffers: [{}, convModel().buffers[1], convModel().buffers[1]] });
    const graph = imported(convModel(), ({ tensors }) => tensors.push(tensor("again", [8], 1)));
    expect(graph.tensors[4].data).toBe(graph.tensors[1].data);
    const { data } = importTflite(Buffer.from(bytes), "model").tensors[1];
    expect(data?.byteOffset).toBe(0);
    expect(data?.buffer.byteLength).toBe(8);
    expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
  });
});

describe("operators", () => {
  test("are named after their first output, with #index where that is taken or missing", () => {
    const graph = imported(statefulModel(), ({ tensors }) => {
      tensors[2][schema.Tensor.name] = text("handle");
      tensors[3][schema.Tensor.name] = text("");
    });
    expect(graph.ops.map(({ name }) => name)).toEqual([
      "CALL_ONCE#0",
      "handle",
      "handle#2",
      "ADD#3",
      "ASSIGN_VARIABLE#4",
    ]);
  });

  test("are put in order where they are not, and state keeps its own", () => {
    const graph = imported(statefulModel(), ({ operators }) => {
      const [callOnce, handle, read, add, assign] = operators.splice(0);
      operators.push(add, callOnce, read, assign, handle);
    });
    expect(graph.ops.map(({ kind }) => kind)).toEqual([
      "VAR_HANDLE",
      "CALL_ONCE",
      "READ_VARIABLE",
      "ADD",
      "ASSIGN_VARIABLE",
    ]);
  });

  test("without options have the schema's defaults", () => {
    const graph = imported(statefulModel(), ({ operators }) => {
      operators[3] = operator(ADD, [0, 2], [3]);
    });
    expect(graph.ops[3].attributes).toEqual({ activation: "NONE" });
  });

  test("have the options that the file says", () => {
    const { Conv2DOptions: slots } = schema;
    const graph = imported(convModel(), ({ operators }) => {
      const changes = {
        [slots.padding]: int8(0),
        [slots.strideW]: int32(3),
        [slots.strideH]: int32(4),
        [slots.dilationWFactor]: int32(5),
        [slots.dilationHFactor]: int32(6),
        [slots.fusedActivationFunction]: int8(3),
      };
      operators[0] = operator(0, [0, 1, 2], [3], convOptions(changes));
    });
    expect(graph.ops[0].attributes).toEqual({
      padding: "SAME",
      strideWidth: 3,
      strideHeight: 4,
      dilationWidth: 5,
      dilationHeight: 6,
      activation: "RELU6",
    });
  });

  test("RESHAPE tells an empty new shape from none", () => {
    const newShape = (options?: [number, Record<number, ReturnType<typeof int32s>>]) =>
      imported(convModel(), ({ operators }, { codes }) => {
        codes[0] = code("RESHAPE");
        operators[0] = operator(0, [0], [3], options);
      }).ops[0].attributes;
    const { type, newShape: slot } = schema.ReshapeOptions;
    expect(newShape()).toEqual({ newShape: null });
    expect(newShape([type, {}])).toEqual({ newShape: null });
    expect(newShape([type, { [slot]: int32s([]) }])).toEqual({ newShape: [] });
    expect(newShape([type, { [slot]: int32s([1, -1]) }])).toEqual({ newShape: [1, -1] });
  });
});

describe("streaming state", () => {
  test("begins with what CALL_ONCE's subgraph assigns", () => {
    const graph = imported(statefulModel());
    expect(graph.variables).toEqual([
      { name: "state", shape: [1, 2], dtype: "int8", initial: Uint8Array.of(7, 8) },
    ]);
    expect(graph.tensors[1].dtype).toBe("resource");
    expect(graph.ops.map(({ attributes }) => attributes)).toEqual([
      {},
      { variable: 0 },
      { variable: 0 },
      { activation: "NONE" },
      { variable: 0 },
    ]);
  });

  test("begins with the zero point of what is assigned first where CALL_ONCE assigns nothing", () => {
    const graph = imported(statefulModel(), ({ operators }, { subgraphs }) => {
      operators.shift();
      subgraphs.pop();
    });
    expect(graph.variables[0].initial).toEqual(Uint8Array.of(253, 253));
  });

  test("is numbered by first appearance of container and shared name", () => {
    const named = (output: number, container: string | undefined, sharedName: string) => {
      const { VarHandleOptions: slots } = schema;
      const fields = { [slots.sharedName]: text(sharedName) };
      return operator(
        VAR_HANDLE,
        [],
        [output],
        [slots.type, container === undefined ? fields : { ...fields, [slots.container]: text(container) }],
      );
    };
    const graph = imported(statefulModel(), ({ tensors, operators }) => {
      const handles: [string | undefined, string][] = [
        ["box", "z"],
        ["box", "a"],
        ["other", "z"],
        [undefined, "z"],
      ];
      for (const [container, sharedName] of handles) {
        const handle = tensors.push({ ...tensors[1] }) - 1;
        const value = tensors.push(tensor("value", [1, 2])) - 1;
        operators.push(named(handle, container, sharedName), operator(ASSIGN_VARIABLE, [handle, 3], []));
        operators.push(operator(READ_VARIABLE, [handle], [value]));
      }
    });
    expect(graph.variables.map(({ name }) => name)).toEqual(["state", "box/z", "box/a", "other/z"]);
    const reads = graph.ops.filter(({ kind }) => kind === "READ_VARIABLE");
    expect(reads.map(({ attributes }) => attributes)).toEqual(
      [0, 1, 2, 3, 1].map((variable) => ({ variable })),
    );
  });

  test("may be named by several handles", () => {
    const graph = imported(statefulModel(), ({ tensors, operators }) => {
      const handle = tensors.push({ ...tensors[1] }) - 1;
      operators.splice(4, 1, varHandle(handle, "state"), operator(ASSIGN_VARIABLE, [handle, 3], []));
    });
    expect(graph.variables).toHaveLength(1);
  });
});
