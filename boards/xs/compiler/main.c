/*
 * XS' own compiler as a program of this computer, so that a board needs no parser:
 *
 *     xsnn-xsc [NAME IN OUT]...
 *
 * Compiles each module IN to bytecode OUT, for machines whose names have 16-bit numbers: five int32 (bytes of symbols,
 * bytes of code, number of lines, of names, of copies), symbols, code, and, 4-byte aligned, for each line an int32 for its
 * offset in the code and one for its number, and the offset of each instruction that refers to a name, and of each that copies a
 * function's code or a string. NAME is what messages call the file. The bytecode is that of a release build, without marks for
 * lines; where lines begin is found by compiling a second time with marks.
 */
#include "xsAll.h"
#include "xsScript.h"
#include "instruction.h"

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
	fprintf(stderr, "SyntaxError: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n at (%s:%d)\n", path, (int)line);
	exit(3);
}

static void ignoreWarning(void* console, txString path, txInteger line, txString format, va_list arguments)
{
}

static txScript* compile(const char* name, const char* text, size_t size, txUnsigned flags)
{
	Source source = { text, text + size };
	txParser parser;
	txParserJump jump;
	txScript* volatile script = NULL;
	fxInitializeParser(&parser, NULL, 32 * 1024, 1993);
	parser.firstJump = &jump;
	parser.reportError = refuseSyntax;
	parser.reportWarning = ignoreWarning;
	parser.path = fxNewParserSymbol(&parser, (txString)name);
	if (setjmp(jump.jmp_buf) == 0) {
		fxParserTree(&parser, &source, nextCharacter, flags, NULL);
		fxParserHoist(&parser);
		fxParserBind(&parser);
		script = fxParserCode(&parser);
	}
	fxTerminateParser(&parser);
	if (!script) {
		fprintf(stderr, "SyntaxError: no memory to compile\n at (%s:1)\n", name);
		exit(3);
	}
	return script;
}

static int isMark(txU1 op)
{
	return (op == XS_CODE_LINE) || (op == XS_CODE_FILE) || (op == XS_CODE_PROFILE);
}

/* Walks code with and without marks side by side. Returns the number of lines, written to pairs unless that is NULL. */
static int32_t findLines(const txScript* plain, const txScript* marked, int32_t* pairs)
{
	const txByte* p = plain->codeBuffer;
	const txByte* m = marked->codeBuffer;
	int32_t count = 0;
	while (m < marked->codeBuffer + marked->codeSize) {
		txU1 op = *(const txU1*)m;
		if (op == XS_CODE_LINE) {
			if (pairs) {
				txU2 line;
				memcpy(&line, m + 1, sizeof(line));
				*pairs++ = (int32_t)(p - plain->codeBuffer);
				*pairs++ = line;
			}
			count++;
		}
		if (!isMark(op))
			p += instructionSize(p);
		m += instructionSize(m);
	}
	if (p != plain->codeBuffer + plain->codeSize) {
		fprintf(stderr, "lines do not match the code\n");
		exit(1);
	}
	return count;
}

static int isName(txU1 op)
{
	return gxCodeSizes[op] == 0;
}

static int isCopy(txU1 op)
{
	return ((XS_CODE_CODE_1 <= op) && (op <= XS_CODE_CODE_4)) || ((XS_CODE_STRING_1 <= op) && (op <= XS_CODE_STRING_4));
}

/* The offsets of the instructions that `is` holds for, written unless that is NULL. Returns their number. */
static int32_t find(const txScript* script, int (*is)(txU1 op), int32_t* offsets)
{
	int32_t count = 0;
	for (txSize at = 0; at < script->codeSize; at += instructionSize(script->codeBuffer + at))
		if ((*is)(*(const txU1*)(script->codeBuffer + at))) {
			if (offsets)
				offsets[count] = at;
			count++;
		}
	return count;
}

static FILE* openOrFail(const char* path, const char* mode)
{
	FILE* file = fopen(path, mode);
	if (!file) {
		perror(path);
		exit(1);
	}
	return file;
}

static char* readAll(const char* path, size_t* size)
{
	FILE* file = openOrFail(path, "rb");
	fseek(file, 0, SEEK_END);
	*size = ftell(file);
	rewind(file);
	char* text = malloc(*size + 1);
	*size = fread(text, 1, *size, file);
	fclose(file);
	return text;
}

static void compileFile(const char* name, const char* in, const char* out)
{
	static const char padding[4];
	size_t size;
	char* text = readAll(in, &size);
	txScript* plain = compile(name, text, size, 0);
	txScript* marked = compile(name, text, size, mxDebugFlag);
	int32_t lineCount = findLines(plain, marked, NULL);
	int32_t nameCount = find(plain, isName, NULL);
	int32_t copyCount = find(plain, isCopy, NULL);
	int32_t* words = malloc(4 * (2 * (size_t)lineCount + nameCount + copyCount) + 1);
	int32_t header[] = { plain->symbolsSize, plain->codeSize, lineCount, nameCount, copyCount };
	findLines(plain, marked, words);
	find(plain, isName, words + 2 * lineCount);
	find(plain, isCopy, words + 2 * lineCount + nameCount);
	FILE* file = openOrFail(out, "wb");
	fwrite(header, sizeof(header), 1, file);
	fwrite(plain->symbolsBuffer, plain->symbolsSize, 1, file);
	fwrite(plain->codeBuffer, plain->codeSize, 1, file);
	fwrite(padding, -(plain->symbolsSize + plain->codeSize) & 3, 1, file);
	fwrite(words, 4, 2 * (size_t)lineCount + nameCount + copyCount, file);
	if (ferror(file) | fclose(file)) {
		perror(out);
		exit(1);
	}
}

int main(int argc, char** argv)
{
	for (int i = 1; i + 2 < argc; i += 3)
		compileFile(argv[i], argv[i + 1], argv[i + 2]);
	return 0;
}

/* what the parser asks of its platform */

char* fxCStackLimit(void)
{
	return (char*)__builtin_frame_address(0) - 4 * 1024 * 1024;
}

txID fxGenerateProfileID(void* console)
{
	return 0;
}

void fxGenerateTag(void* console, txString buffer, txInteger size, txString path)
{
	buffer[0] = 0;
}

void fxVReportError(void* console, txString path, txInteger line, txString format, va_list arguments)
{
	refuseSyntax(console, path, line, format, arguments);
}

void fxVReportWarning(void* console, txString path, txInteger line, txString format, va_list arguments)
{
}
