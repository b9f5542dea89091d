/*
 * ES modules by specifier, through the table. Modules are compiled here, in the C heap, and their bytecode, names and
 * strings stay there, read in place: as on a board, where they are in flash, they cost the machine's heaps nothing.
 */
#include "host.h"

extern void fxRemapIDs(txMachine* the, txByte* code, txSize size, txID* ids);

/* A module that cannot be loaded ends the run here: XS would report what follows from it instead. */
static void __attribute__((noreturn)) refuseModule(const char* format, ...)
{
	char text[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sendFrame(FRAME_EXCEPTION, 0, text, strlen(text));
	_exit(1);
}

/* specifiers */

/* "a/b" to "a", "a" to "", and "" stays: what lies beyond the root is not found. */
static void dropLastPart(char* path)
{
	char* slash = strrchr(path, '/');
	*(slash ? slash : path) = 0;
}

/* As Moddable resolves: "./" and "../" from the importing module's specifier, and ".js" is dropped. */
txID fxFindModule(txMachine* the, txSlot* realm, txID importer, txSlot* specifier)
{
	char name[C_PATH_MAX], path[2 * C_PATH_MAX] = "";
	const char* rest = name;
	fxToStringBuffer(the, specifier, name, sizeof(name));
	size_t length = strlen(name);
	if ((length > 3) && !strcmp(name + length - 3, ".js"))
		name[length - 3] = 0;
	if ((name[0] == '.') && (importer != XS_NO_ID)) {
		snprintf(path, C_PATH_MAX, "%s", fxGetKeyName(the, importer));
		dropLastPart(path);
		if (!strncmp(rest, "./", 2))
			rest += 2;
		for (; !strncmp(rest, "../", 3); rest += 3)
			dropLastPart(path);
		if (path[0])
			strcat(path, "/");
	}
	strcat(path, rest);
	if (!findEntry(MODULE, path) && strcmp(path, "Resource")) {
		const char* by = (importer == XS_NO_ID) ? "the engine" : fxGetKeyName(the, importer);
		refuseModule("ReferenceError: module \"%s\" not found, imported by \"%s\"", path, by);
	}
	return fxNewNameC(the, path);
}

/* source to bytecode */

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
static txScript* compile(txMachine* the, const char* path, Source* source)
{
	txParser parser;
	txParserJump jump;
	txScript* volatile script = NULL;
	fxInitializeParser(&parser, the, the->parserBufferSize, the->parserTableModulo);
	parser.firstJump = &jump;
	parser.reportError = refuseSyntax;
	parser.path = fxNewParserSymbol(&parser, (txString)path);
	if (setjmp(jump.jmp_buf) == 0) {
		fxParserTree(&parser, source, nextCharacter, mxDebugFlag, NULL);
		fxParserHoist(&parser);
		fxParserBind(&parser);
		script = fxParserCode(&parser);
	}
	fxTerminateParser(&parser);
	if (!script)
		refuseModule("Error: no memory to compile %s", path);
	return script;
}

/* bytecode as in flash */

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

void fxLoadModule(txMachine* the, txSlot* module, txID moduleID)
{
	const char* name = fxGetKeyName(the, moduleID);
	const Entry* entry = findEntry(MODULE, name);
	const char* path = entry ? entry->path : "Resource";
	const char* text = resourceModule;
	size_t size = strlen(resourceModule);
	if (!entry)
		defineResource(the);
	else if (!(text = mapFile(path, &size)))
		refuseModule("Error: module \"%s\": cannot read %s", name, path);
	Source source = { text, text + size };
	txScript* script = compile(the, path, &source);
	place(the, script);
	rememberCode(fxNewNameX(the, (txString)path), script->codeBuffer, script->codeSize);
	fxResolveModule(the, module, moduleID, script, NULL, NULL);
}

/* An import that fails is a rejection nobody handles: fxAbort reports it. */
void importModule(txMachine* the, const char* specifier, xsCallback then)
{
	mxPushStringC((txString)specifier);
	fxRunImport(the, mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm, XS_NO_ID);
	mxDub();
	fxGetID(the, mxID(_then));
	mxCall();
	fxNewHostFunction(the, then, 1, XS_NO_ID, XS_NO_ID);
	mxRunCount(1);
	mxPop();
}
