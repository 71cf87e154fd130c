#pragma once
// The reading side of the Traces page: one trace, or two side by side with a word diff, legend, find, jumps.

#include "core/store/learning_rows.h"
#include "core/store/rows.h"
#include "core/trace/reflection.h"
#include "widgets/models/teacherinsight.h"
#include "widgets/models/tokeninsight.h"
#include "widgets/models/worker.h"
#include "widgets/panels/textplace.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/panels/tracediff.h"
#include "widgets/panels/tracetext.h"

#include <QWidget>

#include <memory>
#include <optional>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;

namespace aha {

class FoundList;
class PatternBar;
class TokenLine;
class TokenMeasure;
class TraceLegend;
class TraceView;

/// What the pane needs to show one trace; everything by value.
struct TraceDocument {
    std::string text, itemJson;
    std::optional<TokenDetail> detail;
    QString heading; ///< the prompt
    QString facts; ///< step, sample, verdict, reward parts, …
    std::optional<double> advantage {};
    std::optional<TokenRewards> rewards {}; ///< of the tokens, where the run stored them
    std::pair<size_t, size_t> marked { 0, 0 }; ///< bytes to scroll to and mark; equal: none
    std::vector<int32_t> tokenIds {}; ///< empty: not stored
    QString untrained {}; ///< why the loss left it out; "": it did not, or that is not known
    TextPlace place {}; ///< where an engine finds it; not valid: nowhere
};

class TracePane : public QWidget {
    Q_OBJECT
public:
    /// Texts up to this size are prepared at once, longer ones on a worker.
    static constexpr size_t kAtOnceBytes = 64 << 10;

    explicit TracePane(std::shared_ptr<const Lexicon> lexicon, QWidget* parent = nullptr);
    ~TracePane() override;

    void setDocument(const TraceDocument& document);
    /// Marks what is shown anew, with other reflection words.
    void setLexicon(std::shared_ptr<const Lexicon> lexicon);
    /// Opens the left side with this trace; the difference is shown in both.
    void setPinned(const TraceDocument& document);
    void unpin();
    bool isPinned() const { return m_pinned; }
    const TraceDocument& document() const { return m_document; }
    /// The document, or the one on the left where that was touched last.
    TextReading reading() const;
    /// Selects these words, of several such places the one nearest to `begin` (TextReading); in a long text when all of
    /// it is there.
    void showWords(const QString& words, int begin);
    /// Placeholder instead of a trace.
    void clear(const QString& sentence);
    /// What could not be read, above the trace; "" takes it away.
    void setProblem(const QString& sentence);
    /// What the verifier says of the document today where that is not what was recorded, until another document comes.
    void setRecheck(const QString& sentence);
    /// What an engine found out about a distillation run's teacher and student; null: nothing. `beside`: the left side
    /// opens with the teacher's view of the document, scrolled with it, until another is pinned or unpin().
    void setTeacher(std::shared_ptr<const TeacherInsight> teacher, const QString& sentence, bool beside);
    bool isTeacherBeside() const { return m_teacherBeside; }
    TraceLegend* legend() const { return m_legend; }
    TraceView* view() const { return m_view; }
    TraceView* pinnedView() const { return m_left; }
    /// Filled by the owner with what a trace can be compared with, each time it opens.
    QMenu* compareMenu() const { return m_menu; }

public Q_SLOTS:
    void focusFind();

Q_SIGNALS:
    /// Colours of teacher and student are chosen; and other ones.
    void teacherWanted();
    void teacherUnwanted();
    /// The words to be shown are not in the text.
    void wordsMissed();
    /// TraceView::menuOpening() of either text.
    void textMenuOpening(QMenu* menu);

private:
    void prepare(const TraceDocument& document, bool left);
    void openLeft(const TraceDocument& document);
    void compare();
    void syncScroll(bool fromRight);
    void makeActions(QWidget* page);
    void showFound();
    void listFound(); ///< the list beside the text, where it is wanted
    void chooseHeat(Heat heat);
    void measure(bool made); ///< `made`: with what the text's step made of the policy
    void measureAll(); ///< whatever the text is coloured by
    void say(const QString& sentence); ///< about what an engine found out; "": nothing
    void colour(Heat heat); ///< side by side each in its own probabilities

    std::shared_ptr<const Lexicon> m_lexicon;
    TraceDocument m_document, m_pinnedDocument;
    TextDifference m_difference;
    bool m_pinned = false, m_syncing = false, m_teacherBeside = false;
    std::optional<TextReading> m_sought; ///< words that wait for the rest of the text
    bool m_measureWanted = false; ///< of this document, whatever it is coloured by
    quint64 m_generation[2] = { 0, 0 }; ///< of the right and the left text: late answers are dropped
    TraceLegend* m_legend;
    QLabel *m_heading, *m_facts, *m_behaviour, *m_leftHeading, *m_leftFacts, *m_found, *m_problem, *m_recheck,
        *m_insight;
    PatternBar* m_pattern;
    QWidget *m_leftPane, *m_rightHead;
    TraceView *m_view, *m_left;
    QLineEdit* m_find;
    FoundList* m_foundList;
    TokenLine* m_reading; ///< what is known of the place at the caret
    TokenMeasure* m_measure;
    QPushButton *m_compare, *m_allFound;
    QMenu* m_menu;
    Worker m_worker;
};

} // namespace aha
