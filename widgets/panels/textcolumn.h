#pragma once
// One text of a comparison: where it is from, how it was judged, and the text itself.

#include "core/trace/reflection.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/textplace.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QToolButton;

namespace aha {

class CompletionPicker;
class TraceView;
struct TraceText;

class TextColumn : public QWidget {
    Q_OBJECT
public:
    static constexpr int kNarrowest = 296; ///< three of them fit a window of 1280 beside the table of runs

    explicit TextColumn(std::shared_ptr<const Lexicon> lexicon, QWidget* parent = nullptr);
    ~TextColumn() override;

    /// "A", "B", …: what people and tests call it.
    void setKey(const QString& key);
    QString key() const;
    void setRuns(const OpenRuns& runs);
    /// Marks the text by another list of words.
    void setLexicon(std::shared_ptr<const Lexicon> lexicon);
    void setRemovable(bool removable);
    /// What stands above the text needs this much room at the width that it has; and gets it, or more.
    int neededHead() const;
    void setHeadHeight(int height);
    /// How it stands to the text that all are compared with.
    void setStanding(const QString& sentence);
    /// The text that is shown; not valid while there is none.
    const TextPlace& place() const { return m_place; }
    bool hasTokenValues() const { return m_hasTokenValues; } ///< that its run stored
    CompletionPicker* picker() const { return m_picker; }
    TraceView* view() const { return m_view; }

Q_SIGNALS:
    /// Another text is shown.
    void textChanged();
    /// It was laid out anew: what stands above the text may need other room.
    void headChanged();
    void failed(const QString& sentence);
    void removeAsked();
    void openAsked(const aha::TextPlace& place);

protected:
    bool event(QEvent* event) override;

private:
    void read(const TextPlace& place, const QString& label);
    void put(const TextPlace& place, const QString& facts, const TraceText& trace, bool onTraces);

    std::shared_ptr<const Lexicon> m_lexicon;
    CompletionPicker* m_picker;
    QWidget* m_head; ///< all that stands above the text
    TraceView* m_view;
    QLabel *m_title, *m_facts, *m_standing;
    QPushButton* m_open;
    QToolButton* m_remove;
    TextPlace m_place;
    bool m_hasTokenValues = false;
    QString m_label; ///< of the text that was read last
    quint64 m_asked = 0;
    Worker m_worker;
};

} // namespace aha
