#pragma once
// Every page of the window, one line each: under which tab, name, tooltip, widget.

namespace aha {

class ActionTable;
class AnalysePanel;
class ComparePanel;
class ConfigurePanel;
class DataPanel;
class Glossary;
class GlossaryPanel;
class KeyboardPage;
class LabPanel;
class LogPanel;
class ModelsPanel;
class NotebookPanel;
class NoteModel;
class PageDeck;
class PlaygroundPanel;
class PokePanel;
class QueuePage;
class RecentModels;
class RunLog;
class SignalsPanel;
class SweepPage;
class TokenizerPanel;
class TracesPanel;
class TrainPanel;
class WordList;
class WordsPage;
class Workspace;

/// What pages are made of beside the open runs. All of it outlives them.
struct PageParts {
    Workspace* workspace; ///< nullptr: nothing is remembered
    RecentModels* recentModels;
    NoteModel* notes;
    Glossary* glossary;
    ActionTable* actions;
    WordList* words;
    const RunLog* log;
};

/// The panels that the window itself talks to; all others are reached through the deck.
struct Panels {
    ConfigurePanel* configure;
    QueuePage* queue;
    SweepPage* sweep;
    TrainPanel* train;
    SignalsPanel* signalsPage;
    PokePanel* poke;
    TracesPanel* traces;
    ComparePanel* compare;
    AnalysePanel* analyse;
    LabPanel* lab;
    ModelsPanel* models;
    PlaygroundPanel* playground;
    TokenizerPanel* tokenizer;
    DataPanel* data;
    WordsPage* words;
    NotebookPanel* notebook;
    LogPanel* log;
    GlossaryPanel* glossary;
    KeyboardPage* keyboard;
};

Panels addPages(PageDeck& deck, const PageParts& parts);

} // namespace aha
