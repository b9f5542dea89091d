/*
 * Source to bytecode. The parser works in the C heap, and bytecode, names and strings stay there and are read in place: as
 * on a board, where they are in flash, they cost the machine's heaps nothing.
 */
#include "host.h"

extern void fxRemapIDs(txMachine* the, txByte* code, txSize size, txID* ids);

typedef struct {
	const char* at;
	const char* end;
} Source;

static int nextCharacter(void* it)
{
	Source* source = it;
	return (source->at < source->end) ? (unsigned char)*source->at++ : C_EOF;
}

static void refuseSyntax(void* console, txString path, txInteger line, txString format, va_list arguments)
{
	char what[256];
	vsnprintf(what, sizeof(what), format, arguments);
	refuseModule("SyntaxError: %s\n at (%s:%d)", what, path, (int)line);
}

/* With line marks, so that an exception says where (places.c). */
static txScript* parse(txMachine* the, const char* path, const char* text, size_t size)
{
	Source source = { text, text + size };
	txParser parser;
	txParserJump jump;
	txScript* volatile script = NULL;
	fxInitializeParser(&parser, the, the->parserBufferSize, the->parserTableModulo);
	parser.firstJump = &jump;
	parser.reportError = refuseSyntax;
	parser.path = fxNewParserSymbol(&parser, (txString)path);
	if (setjmp(jump.jmp_buf) == 0) {
		fxParserTree(&parser, &source, nextCharacter, mxDebugFlag, NULL);
		fxParserHoist(&parser);
		fxParserBind(&parser);
		script = fxParserCode(&parser);
	}
	fxTerminateParser(&parser);
	if (!script)
		refuseModule("Error: no memory to compile %s", path);
	return script;
}

_Static_assert(XS_CODE_CODE_ARCHIVE_1 - XS_CODE_CODE_1 == 3, "functions read in place");
_Static_assert(XS_CODE_STRING_ARCHIVE_1 - XS_CODE_STRING_1 == 3, "strings read in place");

/* Turns the instructions that copy a function or a string to the heap into those that refer to it. */
static void readInPlace(txByte* code, txSize size)
{
	txByte* end = code + size;
	while (code < end) {
		txU1 op = *(txU1*)code;
		txSize body;
		if (((XS_CODE_CODE_1 <= op) && (op <= XS_CODE_CODE_4)) || ((XS_CODE_STRING_1 <= op) && (op <= XS_CODE_STRING_4)))
			*code = (txByte)(op + 3);
		code += instructionSize(code, &body);
	}
}

/* Gives the script's names the machine's numbers, then has everything read where it lies. */
static void place(txMachine* the, txScript* script)
{
	txByte* p = script->symbolsBuffer;
	txID count;
	mxDecodeID(p, count);
	txID* ids = malloc(count * sizeof(txID));
	ids[0] = XS_NO_ID;
	for (txID i = 1; i < count; i++) {
		ids[i] = fxNewNameX(the, (txString)p);
		p += strlen((char*)p) + 1;
	}
	fxRemapIDs(the, script->codeBuffer, script->codeSize, ids);
	free(ids);
	readInPlace(script->codeBuffer, script->codeSize);
	script->symbolsBuffer = NULL; /* nothing is left to be mapped, or to be freed with the script */
}

txScript* compile(txMachine* the, const char* path, const char* text, size_t size)
{
	txScript* script = parse(the, path, text, size);
	place(the, script);
	rememberCode(fxNewNameX(the, (txString)path), script->codeBuffer, script->codeSize);
	return script;
}
