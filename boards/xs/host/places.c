/*
 * Where in the sources JavaScript is. Only XS' debugger build keeps track of that, at a price for each statement; here it
 * is found when it is asked for, from the addresses that the frames keep and the line marks in the bytecode.
 */
#include "host.h"

typedef struct sxModuleCode ModuleCode;
struct sxModuleCode {
	ModuleCode* next;
	txID path;
	const txByte* start;
	const txByte* end;
};

static ModuleCode* modules = NULL;

void rememberCode(txID path, const txByte* code, txSize size)
{
	ModuleCode* module = malloc(sizeof(ModuleCode));
	*module = (ModuleCode){ modules, path, code, code + size };
	modules = module;
}

/* The size of an instruction, and of the function's body that follows one that makes a function. */
txSize instructionSize(const txByte* code, txSize* body)
{
	txS1 size = gxCodeSizes[*(const txU1*)code];
	txU4 count = 0;
	*body = 0;
	switch (*(const txU1*)code) {
	case XS_CODE_CODE_1: case XS_CODE_CODE_ARCHIVE_1:
	case XS_CODE_CODE_2: case XS_CODE_CODE_ARCHIVE_2:
	case XS_CODE_CODE_4: case XS_CODE_CODE_ARCHIVE_4:
		memcpy(body, code + 1, size - 1);
		return size;
	}
	if (size > 0)
		return size;
	if (size == 0)
		return 1 + sizeof(txID);
	memcpy(&count, code + 1, -size); /* -size bytes tell how many follow them */
	return 1 - size + count;
}

/* The last line mark before `at`, in the same function. */
static int lineOf(const ModuleCode* module, const txByte* at)
{
	int line = 0;
	const txByte* code = module->start;
	while (code < at) {
		txSize body;
		const txByte* next = code + instructionSize(code, &body);
		if (*(const txU1*)code == XS_CODE_LINE) {
			txU2 mark;
			memcpy(&mark, code + 1, sizeof(mark));
			line = mark;
		}
		code = (at < next + body) ? next : next + body;
	}
	return line;
}

static Place placeOf(const txByte* at)
{
	for (const ModuleCode* module = modules; module; module = module->next) {
		if ((module->start <= at) && (at < module->end))
			return (Place){ module->path, lineOf(module, at) };
	}
	return (Place){ XS_NO_ID, 0 };
}

/* Native functions are passed over. */
int nextCall(txMachine* the, Call* call)
{
	while (1) {
		call->at = call->frame ? call->frame->value.frame.code : the->code;
		call->frame = call->frame ? call->frame->next : the->frame;
		if (!call->frame || !call->frame->next)
			return 0;
		call->place = placeOf(call->at);
		if (call->place.path != XS_NO_ID)
			return 1;
	}
}

/* The linker puts this in place of XS' own, which expects the places in the frames' environments. */
extern void __real_fxCaptureErrorStack(txMachine* the, txSlot* internal, txSlot* frame);

void __wrap_fxCaptureErrorStack(txMachine* the, txSlot* internal, txSlot* frame)
{
	for (txSlot* each = the->frame; each && each->next; each = each->next)
		mxFrameToEnvironment(each)->ID = XS_NO_ID;
	for (Call call = { NULL }; nextCall(the, &call); ) {
		txSlot* environment = mxFrameToEnvironment(call.frame);
		environment->ID = call.place.path;
		environment->value.environment.line = call.place.line;
	}
	__real_fxCaptureErrorStack(the, internal, frame);
}
