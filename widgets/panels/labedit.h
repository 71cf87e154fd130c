#pragma once
// An editor for texts of models: what cannot be seen, or would move other text, stands there as one box each, and is
// still what it was when the text is taken out again.

#include "widgets/panels/sessionpart.h"

#include <QHash>
#include <QPlainTextEdit>

#include <string>
#include <vector>

namespace aha {

/// A hidden character is a character of the private use area in the document, one for each kind that occurred.
class LabEdit : public QPlainTextEdit, public SessionPart {
    Q_OBJECT
public:
    explicit LabEdit(QWidget* parent = nullptr);

    /// Replaces the text; invalid bytes become U+FFFD.
    void setBytes(const std::string& utf8);
    /// What stands there, as UTF-8; lines end in \n.
    std::string bytes() const;
    struct Hidden {
        std::vector<std::pair<int, int>> places; ///< UTF-16 positions of the document
        QString note; ///< how many of which; empty for none
    };
    Hidden hidden() const;
    QJsonObject sessionState() const override;
    void restoreSession(const QJsonObject& state) override;

protected:
    QMimeData* createMimeDataFromSelection() const override;
    void insertFromMimeData(const QMimeData* source) override;

private:
    void boxTyped(); ///< what came in by another way than setBytes() and the clipboard
    QString shown(const std::string& utf8);
    std::string original(const QString& raw) const;

    QHash<char32_t, QChar> m_boxes; ///< of what was met so far
    QHash<QChar, char32_t> m_originals;
};

/// Does LabEdit show a box in its place?
bool isBoxed(char32_t c);

} // namespace aha
