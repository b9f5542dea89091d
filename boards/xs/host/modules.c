/*
 * ES modules by specifier, through the table. Modules are compiled here, in the C heap, and their bytecode, names and
 * strings stay there, read in place: as on a board, where they are in flash, they cost the machine's heaps nothing.
 */
#include "host.h"

extern void fxRemapIDs(txMachine* the, txByte* code, txSize size, txID* ids);

/* specifiers */

static void dropLastPart(txMachine* the, char* path)
{
	char* slash = strrchr(path, '/');
	if (!slash)
		xsReferenceError("a module specifier leaves the root");
	*slash = 0;
}

/* As Moddable resolves: "./" and "../" from the importing module's specifier, and ".js" is dropped. */
txID fxFindModule(txMachine* the, txSlot* realm, txID importer, txSlot* specifier)
{
	char name[C_PATH_MAX], path[2 * C_PATH_MAX];
	const char* rest = name;
	fxToStringBuffer(the, specifier, name, sizeof(name));
	size_t length = strlen(name);
	if ((length > 3) && !strcmp(name + length - 3, ".js"))
		name[length - 3] = 0;
	path[0] = 0;
	if ((name[0] == '.') && (importer != XS_NO_ID)) {
		snprintf(path, C_PATH_MAX, "/%s", fxGetKeyName(the, importer));
		dropLastPart(the, path);
		if (!strncmp(rest, "./", 2))
			rest += 2;
		while (!strncmp(rest, "../", 3)) {
			dropLastPart(the, path);
			rest += 3;
		}
		strcat(path, "/");
	}
	strcat(path, rest);
	const char* found = (path[0] == '/') ? path + 1 : path;
	if (!findEntry(MODULE, found) && strcmp(found, "Resource")) {
		xsReferenceError("module \"%s\" not found%s%s%s", found, (importer == XS_NO_ID) ? "" : ", imported by \"",
			(importer == XS_NO_ID) ? "" : fxGetKeyName(the, importer), (importer == XS_NO_ID) ? "" : "\"");
	}
	return fxNewNameC(the, (txString)found);
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

static char syntaxError[512];

static void keepSyntaxError(void* console, txString path, txInteger line, txString format, va_list arguments)
{
	int used = snprintf(syntaxError, sizeof(syntaxError), "%s:%d: ", path ? path : "?", (int)line);
	vsnprintf(syntaxError + used, sizeof(syntaxError) - used, format, arguments);
}

/* Line numbers are compiled in, so that an exception says where. */
static txScript* compile(txMachine* the, const char* path, Source* source)
{
	txParser parser;
	txParserJump jump;
	txScript* volatile script = NULL;
	fxInitializeParser(&parser, the, the->parserBufferSize, the->parserTableModulo);
	parser.firstJump = &jump;
	parser.reportError = keepSyntaxError;
	parser.path = fxNewParserSymbol(&parser, (txString)path);
	if (setjmp(jump.jmp_buf) == 0) {
		fxParserTree(&parser, source, nextCharacter, mxDebugFlag, NULL);
		fxParserHoist(&parser);
		fxParserBind(&parser);
		script = fxParserCode(&parser);
	}
	int errors = parser.errorCount;
	fxTerminateParser(&parser);
	if (errors || !script)
		xsSyntaxError("%s", syntaxError);
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
		txS1 length = gxCodeSizes[op];
		if (((XS_CODE_CODE_1 <= op) && (op <= XS_CODE_CODE_4)) || ((XS_CODE_STRING_1 <= op) && (op <= XS_CODE_STRING_4)))
			*code = (txByte)(op + 3);
		if (length > 0)
			code += length;
		else if (length == 0)
			code += 1 + sizeof(txID);
		else { /* a count of -length bytes, and as many bytes as it says */
			txU4 count = 0;
			memcpy(&count, code + 1, -length);
			code += 1 - length + count;
		}
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
		xsReferenceError("module \"%s\": cannot read %s", name, path);
	Source source = { text, text + size };
	txScript* script = compile(the, path, &source);
	place(the, script);
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
